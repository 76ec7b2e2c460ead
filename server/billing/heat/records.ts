import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { HeatMode } from '#server/billing/schema.ts'
import type { HeatInput } from './schema.ts'

export type HeatState = 'DRAFT' | 'DECLINED' | 'TAKEN_BACK' | 'COMING' | 'IN_FORCE' | 'ENDED'
type Decided = {
  readonly id: string; readonly state: HeatState; readonly from: string; readonly to: string | null; readonly declinedReason: string | null
  /** Drafted by the person who looks. */
  readonly mine: boolean
  readonly mayPublish: boolean
}
export type Placed = Decided & { readonly country: Country; readonly territoryPrefix: string; readonly place: string; readonly actId: string | null; readonly actNumber: string | null; readonly actUrl: string | null; readonly source: string; readonly demonstration: boolean }
export type SeasonRow = Placed & { readonly to: string }
export type NormRow = Placed & { readonly litres: string; readonly gcalPerM3: string | null }
export type ContractRow = Decided & {
  readonly buildingId: string; readonly house: string; readonly premisesId: string | null; readonly unitKind: string | null; readonly unitNumber: string | null; readonly number: string; readonly supplier: string
  readonly mode: HeatMode; readonly areaM2: string | null; readonly policy: 'IN_SEASON' | 'SPREAD_12'; readonly hotWater: boolean; readonly customerClass: string
}

/** `first`: a state of its own that goes before these. */
export const stateOf = (last: string, first = '') => `case ${first} when t.declined_at is not null then case when t.declined_by = t.drafted_by then 'TAKEN_BACK' else 'DECLINED' end when t.published_at is null then 'DRAFT' when t.${last === 'to_day' ? 'from_day' : 'valid_from'} > app.today() then 'COMING'
  when t.${last} < app.today() then 'ENDED' else 'IN_FORCE' end as state, t.declined_reason as "declinedReason", coalesce(t.drafted_by = auth.person(), false) as mine`
export const placed = (locale: string) => `t.country::text as country, t.territory_prefix as "territoryPrefix", t.act_id as "actId", l.number as "actNumber", l.url as "actUrl", t.source, t.demonstration,
  auth.may_tariff('tariff.publish', t.country::text, t.territory_prefix) as "mayPublish",
  case when t.territory_prefix = '' then '' else coalesce((select n.name_${locale} from territories n where n.country = t.country and n.code like t.territory_prefix || '%' order by rpad(n.code, 9, '0'), length(n.code) limit 1), t.territory_prefix) end as place`
/** Who drafted what was sent back reads why for a month. */
export const kept = `(t.declined_at is null or (t.drafted_by = auth.person() and t.declined_at > app.now() - interval '30 days'))`
type Wanted = { readonly countries: readonly Country[]; readonly id?: string }

/** Seasons of heat and drafts of them; those of the last two years. */
export async function seasonRows(ctx: Pick<Context, 'db' | 'locale'>, { countries, id }: Wanted): Promise<SeasonRow[]> {
  return ctx.db.$queryRawUnsafe<SeasonRow[]>(`select t.season_id::text as id, t.from_day::text as "from", t.to_day::text as "to", ${stateOf('to_day')}, ${placed(ctx.locale)}
    from service_seasons t left join legal_acts l on l.act_id = t.act_id where t.service = 'HEAT' and t.country = any($1::text[]) and ($2::uuid is null or t.season_id = $2::uuid)
      and ($2::uuid is not null or (${kept} and t.to_day >= app.today() - 730)) order by t.published_at is not null, t.from_day desc, t.territory_prefix, t.season_id limit 300`, [...countries], id ?? null)
}

export async function normRows(ctx: Pick<Context, 'db' | 'locale'>, { countries, id }: Wanted): Promise<NormRow[]> {
  return ctx.db.$queryRawUnsafe<NormRow[]>(`select t.norm_id::text as id, t.valid_from::text as "from", t.valid_to::text as "to", trim_scale(t.litres_per_person_day)::text as litres, trim_scale(t.gcal_per_m3)::text as "gcalPerM3",
      ${stateOf('valid_to')}, ${placed(ctx.locale)}
    from hot_water_norms t left join legal_acts l on l.act_id = t.act_id where t.country = any($1::text[]) and ($2::uuid is null or t.norm_id = $2::uuid)
      and ($2::uuid is not null or (${kept} and coalesce(t.valid_to, 'infinity') >= app.today() - 730)) order by t.published_at is not null, t.valid_from desc, t.territory_prefix, t.norm_id limit 300`, [...countries], id ?? null)
}

/** Contracts of one house, or the drafts that wait in all houses of the session. */
export async function contractRows(ctx: Pick<Context, 'db'>, { buildingId, id = null }: { buildingId: string | null; id?: string | null }): Promise<ContractRow[]> {
  return ctx.db.$queryRawUnsafe<ContractRow[]>(`select t.contract_id::text as id, t.building_id::text as "buildingId", b.name as house, t.premises_id::text as "premisesId", p.kind as "unitKind", p.number as "unitNumber", t.number, o.name as supplier,
      t.mode, trim_scale(t.heated_area_m2)::text as "areaM2", t.season_policy as policy, t.hot_water as "hotWater", t.customer_class as "customerClass", t.valid_from::text as "from", t.valid_to::text as "to", ${stateOf('valid_to')}, true as "mayPublish"
    from heat_contracts t join buildings b on b.building_id = t.building_id join organisations o on o.organisation_id = t.supplier_id
    left join premises p on p.building_id = t.building_id and p.premises_id = t.premises_id
    where t.building_id = any(auth.buildings('{billing.run}')) and ($1::uuid is null or t.building_id = $1::uuid) and ($2::uuid is null or t.contract_id = $2::uuid)
      and ($2::uuid is not null or (${kept} and ($1::uuid is not null or t.published_at is null)))
    order by t.published_at is not null, p.number is not null, lpad(p.number, 10, '0'), t.valid_from desc, t.contract_id limit 500`, buildingId, id)
}

export type FoundHeat = (SeasonRow & { kind: 'SEASON' }) | (NormRow & { kind: 'NORM' }) | (ContractRow & { kind: 'CONTRACT' })

/** A season, a norm or a contract that the session may know of. */
export async function findHeat(ctx: Pick<Context, 'db' | 'locale'>, { kind, heatId: id, buildingId }: HeatInput): Promise<FoundHeat | null> {
  const countries: Country[] = ['UZ', 'KZ']
  if (kind === 'SEASON') return (await seasonRows(ctx, { countries, id })).map(each => ({ ...each, kind }))[0] ?? null
  if (kind === 'NORM') return (await normRows(ctx, { countries, id })).map(each => ({ ...each, kind }))[0] ?? null
  return buildingId === null ? null : (await contractRows(ctx, { buildingId, id })).map(each => ({ ...each, kind }))[0] ?? null
}

/** The last month that is billed in a house. */
export async function billedUpTo(ctx: Pick<Context, 'db'>, buildingId: string): Promise<string | null> {
  const [row] = await ctx.db.$queryRaw<{ period: string | null }[]>`select max(r.period)::text as period from billing_runs r where r.building_id = ${buildingId}::uuid`
  return row?.period ?? null
}
