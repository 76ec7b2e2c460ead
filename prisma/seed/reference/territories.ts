import { searchKey } from '#server/kernel/text.ts'
import type { Context } from '#server/infra/context.ts'
import territories from './territories.json' with { type: 'json' }

/** The few territories that the product itself names; whole classifiers are imported from their files. */
export async function seedTerritories(ctx: Context): Promise<void> {
  const rows = territories.map(each => ({ ...each, key: searchKey(`${each.uz} ${each.kk} ${each.ru}`) }))
  await ctx.db.$executeRaw`insert into territories (code, country, parent_code, kind, name_uz, name_kk, name_ru, search_key, edition)
    select x.code, x.country, x.parent, x.kind, x.uz, x.kk, x.ru, x.key, 'seed'
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(code text, country text, parent text, kind text, uz text, kk text, ru text, key text)
    on conflict (code) do nothing`
}
