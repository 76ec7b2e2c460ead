import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { ContributionsInput, PremisesKind } from '#server/billing/schema.ts'

export type DecidedRate = {
  rateId: string; fund: 'CURRENT' | 'SAVINGS'; kind: PremisesKind; perM2: string | null; indexCode: string | null; indexMultiple: string | null
  basis: string; from: string; to: string | null; inForce: boolean
}
export type Contributions = { houses: { buildingId: string; name: string }[]; house: { buildingId: string; name: string; currency: Currency; /** The last billed month. */ billed: string | null } | null; rates: DecidedRate[] }

/** Houses that the actor bills, and what one of them pays per m²: the asked one, otherwise the first. */
export async function contributionsOf(ctx: Pick<Context, 'db'>, { buildingId }: ContributionsInput): Promise<Contributions> {
  const all = await ctx.db.$queryRaw<{ buildingId: string; name: string; currency: Currency }[]>`
    select b.building_id::text as "buildingId", b.name, case b.country when 'UZ' then 'UZS' else 'KZT' end as currency
      from buildings b where b.building_id = any(auth.buildings('{billing.run}')) order by b.name, b.building_id limit 1000`
  const chosen = buildingId === undefined ? all[0] : all.find(each => each.buildingId === buildingId)
  if (buildingId !== undefined && !chosen) throw notFound('billing.houseNotFound')
  const houses = all.map(({ buildingId: id, name }) => ({ buildingId: id, name }))
  if (!chosen) return { houses, house: null, rates: [] }
  const rates = await ctx.db.$queryRaw<DecidedRate[]>`
    select c.rate_id::text as "rateId", c.fund, c.premises_kind as kind, trim_scale(c.per_m2)::text as "perM2", c.index_code as "indexCode", trim_scale(c.index_multiple)::text as "indexMultiple", c.basis,
      c.valid_from::text as "from", c.valid_to::text as "to", c.valid_from <= app.today() and coalesce(c.valid_to, 'infinity') >= app.today() as "inForce"
      from contribution_rates c where c.building_id = ${chosen.buildingId}::uuid order by c.fund, c.premises_kind, c.valid_from desc, c.rate_id limit 200`
  const [last] = await ctx.db.$queryRaw<{ billed: string | null }[]>`select max(r.period)::text as billed from billing_runs r where r.building_id = ${chosen.buildingId}::uuid`
  return { houses, house: { ...chosen, billed: last?.billed ?? null }, rates }
}
