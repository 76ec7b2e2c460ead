import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { assertMaySeeHeat } from '#server/billing/policy.ts'
import { draftChoices, tariffReach, type DraftChoices } from '#server/billing/tariffs/queries.ts'
import { contractRows, normRows, seasonRows, type ContractRow, type NormRow, type SeasonRow } from './records.ts'
import type { HeatDeskInput } from './schema.ts'

export type HeatHouse = { readonly buildingId: string; readonly name: string }
export type HeatUnit = { readonly premisesId: string; readonly kind: string; readonly number: string; readonly areaM2: string }
export type ActRow = { readonly id: string; readonly service: string; readonly from: string; readonly to: string; readonly act: string; readonly recordedAt: Date
  /** Written down by the person who looks. */
  readonly mine: boolean
  /** The last billed month that may have counted it; null: no bill knows of it. */
  readonly counted: string | null
  readonly withdrawnReason: string | null; readonly counterAct: string | null }
export type HeatDesk = {
  readonly seasons: readonly SeasonRow[]; readonly norms: readonly NormRow[]; readonly contracts: readonly ContractRow[]; readonly houses: readonly HeatHouse[]; readonly units: readonly HeatUnit[]; readonly acts: readonly ActRow[]
  readonly mayDraft: boolean; readonly choices: DraftChoices
}

/** Seasons and norms around one's houses, the contracts and acts of one house, and what a draft is made from. */
export async function heatDesk(ctx: Context, { buildingId }: HeatDeskInput): Promise<HeatDesk> {
  const reach = await tariffReach(ctx)
  const houses = await ctx.db.$queryRaw<HeatHouse[]>`select b.building_id::text as "buildingId", b.name from buildings b where b.building_id = any(auth.buildings('{billing.run}')) order by b.name, b.building_id limit 1000`
  assertMaySeeHeat({ places: reach.mayDraft || reach.mayPublish, houses: houses.length })
  const house = houses.find(each => each.buildingId === buildingId)?.buildingId ?? null
  const units = house === null ? [] : await ctx.db.$queryRaw<HeatUnit[]>`select p.premises_id::text as "premisesId", p.kind, p.number, trim_scale(p.area_m2)::text as "areaM2" from premises p
    where p.building_id = ${house}::uuid and p.kind in ('APARTMENT', 'NON_RESIDENTIAL') order by p.kind, lpad(p.number, 10, '0'), p.premises_id limit 2000`
  const acts = house === null ? [] : await ctx.db.$queryRaw<ActRow[]>`select x.interruption_id::text as id, x.service, x.from_day::text as "from", x.to_day::text as "to", x.act_number as act, x.recorded_at as "recordedAt",
      coalesce(x.recorded_by = auth.person(), false) as mine, app.interruption_counted(x.building_id, x.from_day, x.recorded_at) as counted, x.withdrawn_reason as "withdrawnReason", x.counter_act as "counterAct"
    from service_interruptions x where x.building_id = ${house}::uuid order by x.from_day desc, x.interruption_id limit 50`
  return {
    seasons: await seasonRows(ctx, reach), norms: await normRows(ctx, reach), contracts: await contractRows(ctx, { buildingId: house }), houses, units, acts, mayDraft: reach.mayDraft, choices: await draftChoices(ctx, reach.countries),
  }
}
