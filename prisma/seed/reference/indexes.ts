import type { Context } from '#server/infra/context.ts'
import file from './indexes.json' with { type: 'json' }

/** Indexes, rates and days of law by date; what two people have published stays as they have it. */
export async function seedIndexes(ctx: Context): Promise<void> {
  await ctx.db.$executeRaw`insert into index_values as old (country, code, valid_from, value, act_id, source, verified)
    select x.country, x.code, x."validFrom", x.value, x."actId", x.source, x.verified
      from jsonb_to_recordset(${JSON.stringify(file.values)}::jsonb) as x(country text, code text, "validFrom" date, value numeric, "actId" text, source text, verified boolean)
    on conflict (country, code, valid_from) do update set value = excluded.value, act_id = excluded.act_id, source = excluded.source, verified = excluded.verified
      where (old.value, old.act_id, old.source, old.verified) is distinct from (excluded.value, excluded.act_id, excluded.source, excluded.verified)
        and not exists (select from index_drafts d where d.accepted and (d.country, d.code, d.valid_from) = (old.country, old.code, old.valid_from))`
}
