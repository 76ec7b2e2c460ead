import 'server-only'
import { kept, placed, stateOf, type HeatState, type Placed } from '#server/billing/heat/records.ts'
import type { Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { normServices } from './schema.ts'

export type ConsumptionNorm = Omit<Placed, 'state'> & {
  readonly state: HeatState | 'WITHDRAWN'; readonly service: (typeof normServices)[number]; readonly perPerson: string; readonly unit: 'm3' | 'kWh'; readonly verified: boolean
  /** Why somebody wants what is published withdrawn before its month; another person decides. */
  readonly withdrawalReason: string | null; readonly withdrawalMine: boolean; readonly withdrawnMine: boolean
  /** Published by two people, and its month has not begun. */
  readonly withdrawable: boolean
}

/** What holds, what comes, what ended within two years, drafts, and why one's own was sent back; or one norm, also a withdrawn one. */
export async function consumptionNorms(ctx: Pick<Context, 'db' | 'locale'>, { countries, id }: { countries: readonly Country[]; id?: string }): Promise<ConsumptionNorm[]> {
  return ctx.db.$queryRawUnsafe<ConsumptionNorm[]>(`select t.norm_id::text as id, t.service, trim_scale(t.per_person)::text as "perPerson", t.unit, t.verified, t.valid_from::text as "from", t.valid_to::text as "to", ${stateOf('valid_to', "when t.withdrawn_at is not null then 'WITHDRAWN'")}, ${placed(ctx.locale)},
      t.withdrawal_reason as "withdrawalReason", coalesce(t.withdrawal_by = auth.person(), false) as "withdrawalMine", coalesce(t.withdrawn_by = auth.person(), false) as "withdrawnMine",
      t.published_at is not null and t.drafted_by is not null and t.withdrawn_at is null and to_char(t.valid_from, 'YYYY-MM') > to_char(app.today(), 'YYYY-MM') as withdrawable
    from consumption_norms t left join legal_acts l on l.act_id = t.act_id where t.country = any($1::text[]) and ($2::uuid is null or t.norm_id = $2::uuid)
      and ($2::uuid is not null or (${kept} and t.withdrawn_at is null and coalesce(t.valid_to, 'infinity') >= app.today() - 730))
    order by t.published_at is not null, t.country, t.service, t.territory_prefix, t.valid_from desc, t.norm_id limit 300`, [...countries], id ?? null)
}

export async function findNorm(ctx: Pick<Context, 'db' | 'locale'>, id: string): Promise<ConsumptionNorm | null> {
  return (await consumptionNorms(ctx, { countries: ['UZ', 'KZ'], id }))[0] ?? null
}
