import type { Context } from '#server/infra/context.ts'
import file from './legal-acts.json' with { type: 'json' }

/** Acts that bills and funds name. */
export async function seedLegalActs(ctx: Context): Promise<void> {
  await ctx.db.$executeRaw`insert into legal_acts as old (act_id, country, kind, number, issued_on, title_uz, title_kk, title_ru, url, source, verified)
    select x."actId", x.country, x.kind, x.number, x."issuedOn", x."titleUz", x."titleKk", x."titleRu", x.url, x.source, x.verified
      from jsonb_to_recordset(${JSON.stringify(file.acts)}::jsonb) as x("actId" text, country text, kind text, number text, "issuedOn" date,
        "titleUz" text, "titleKk" text, "titleRu" text, url text, source text, verified boolean)
    on conflict (act_id) do update set kind = excluded.kind, number = excluded.number, issued_on = excluded.issued_on, title_uz = excluded.title_uz,
        title_kk = excluded.title_kk, title_ru = excluded.title_ru, url = excluded.url, source = excluded.source, verified = excluded.verified
      where (old.number, old.issued_on, old.title_uz, old.title_kk, old.title_ru, old.url, old.source, old.verified)
        is distinct from (excluded.number, excluded.issued_on, excluded.title_uz, excluded.title_kk, excluded.title_ru, excluded.url, excluded.source, excluded.verified)`
}
