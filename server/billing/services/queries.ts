import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Service } from '#server/billing/schema.ts'
import type { Way } from './rules.ts'

export type ServiceRow = Way & { readonly service: Service; readonly from: string; readonly to: string | null; readonly state: 'IN_FORCE' | 'COMING' | 'ENDED' }
export type ChangeRow = Way & {
  readonly id: string; readonly service: Service; readonly from: string; readonly ground: string; readonly state: 'DRAFT' | 'DECLINED' | 'TAKEN_BACK' | 'PUBLISHED'
  /** Drafted by the person who looks. */
  readonly mine: boolean
  readonly declinedReason: string | null
}
export type ServiceHouse = { readonly buildingId: string; readonly name: string }

/** Houses that the actor bills. */
export async function billedHouses(ctx: Pick<Context, 'db'>): Promise<ServiceHouse[]> {
  return ctx.db.$queryRaw<ServiceHouse[]>`select b.building_id::text as "buildingId", b.name from buildings b where b.building_id = any(auth.buildings('{billing.run}')) order by b.name, b.building_id limit 1000`
}

export async function serviceRows(ctx: Pick<Context, 'db'>, buildingId: string): Promise<ServiceRow[]> {
  return ctx.db.$queryRaw<ServiceRow[]>`select s.service, s.method, s.volume_of as "volumeOf", s.premises_kinds as kinds, s.seasonal, s.common_shared_by as "commonSharedBy", s.valid_from::text as "from", s.valid_to::text as "to",
      case when s.valid_from > app.today() then 'COMING' when s.valid_to < app.today() then 'ENDED' else 'IN_FORCE' end as state
    from house_services s where s.building_id = ${buildingId}::uuid
    order by array_position('{COLD_WATER,HOT_WATER,SEWERAGE,ELECTRICITY,HEAT,GAS,WASTE,LIFT}'::text[], s.service), s.valid_from desc limit 300`
}

/** Drafts that wait, what was decided lately, and why one's own was sent back; or one of them. */
export async function changeRows(ctx: Pick<Context, 'db'>, { buildingId, id = null }: { buildingId: string; id?: string | null }): Promise<ChangeRow[]> {
  return ctx.db.$queryRaw<ChangeRow[]>`select c.change_id::text as id, c.service, c.method, c.volume_of as "volumeOf", c.premises_kinds as kinds, c.seasonal, c.common_shared_by as "commonSharedBy", c.valid_from::text as "from", c.ground,
      case when c.declined_at is not null then case when c.declined_by = c.drafted_by then 'TAKEN_BACK' else 'DECLINED' end when c.published_at is null then 'DRAFT' else 'PUBLISHED' end as state, coalesce(c.drafted_by = auth.person(), false) as mine, c.declined_reason as "declinedReason"
    from house_service_changes c where c.building_id = ${buildingId}::uuid and c.building_id = any(auth.buildings('{billing.run}')) and (${id}::uuid is null or c.change_id = ${id}::uuid)
      and (${id}::uuid is not null or c.published_at is null and (c.declined_at is null or c.drafted_by = auth.person() and c.declined_at > app.now() - interval '30 days'))
    order by c.drafted_at desc, c.change_id limit 100`
}

/** Of whom a charge is made: flats with their meters, people and areas today. */
export type Charged = { readonly units: number; readonly metered: number; readonly norm: string | null; readonly persons: number; readonly empty: number; readonly areaM2: string; readonly houseMeter: boolean }

export async function chargedOf(ctx: Pick<Context, 'db'>, { buildingId, service, kinds }: { buildingId: string; service: string; kinds: readonly string[] }): Promise<Charged> {
  const rows = await ctx.db.$queryRaw<Charged[]>`
    with unit as materialized (select p.premises_id, p.area_m2 from premises p where p.building_id = ${buildingId}::uuid and p.kind = any(${[...kinds]}::text[])
      and exists (select 1 from accounts a where a.building_id = p.building_id and a.premises_id = p.premises_id and a.closed_on is null)),
    living as materialized (select distinct on (r.premises_id) r.premises_id, r.persons from registered_persons r where r.building_id = ${buildingId}::uuid and r.valid_from <= app.today() order by r.premises_id, r.valid_from desc)
    select count(*)::int as units, coalesce(sum(l.persons), 0)::int as persons, (count(*) filter (where coalesce(l.persons, 0) = 0))::int as empty, coalesce(trim_scale(sum(u.area_m2)), 0)::text as "areaM2",
      (count(*) filter (where exists (select 1 from meters d where d.building_id = ${buildingId}::uuid and d.premises_id = u.premises_id and d.service = ${service} and d.removed_on is null)))::int as metered,
      (select trim_scale(n.per_person)::text from consumption_norms n join buildings b on b.building_id = ${buildingId}::uuid where n.country = b.country and b.territory_code like n.territory_prefix || '%' and n.service = ${service}
         and (not n.demonstration or b.demonstration) and n.valid_from <= app.today() and coalesce(n.valid_to, 'infinity') >= app.today() and n.published_at is not null and n.withdrawn_at is null order by n.demonstration, length(n.territory_prefix) desc limit 1) as norm,
      exists (select 1 from meters d where d.building_id = ${buildingId}::uuid and d.premises_id is null and d.kind = 'BUILDING' and d.service = ${service} and d.removed_on is null) as "houseMeter"
      from unit u left join living l on l.premises_id = u.premises_id`
  return rows[0] ?? { units: 0, metered: 0, norm: null, persons: 0, empty: 0, areaM2: '0', houseMeter: false }
}
