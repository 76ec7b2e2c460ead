import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'

/** What the register, the meters and the bills say about an account whose debt is in question. */
export type Evidence = {
  areaM2: string
  /** Corrections of the area, newest first; empty where the trail is closed to the reader. */
  areaChanges: { on: string; before: string; after: string; ground: string }[]
  owners: { name: string; share: string; from: string; to: string | null }[]
  persons: { from: string; persons: number }[]
  readings: { on: string; service: string; serial: string; values: string[]; consumption: string | null; state: string }[]
  /** Per month: what was charged and by which area. */
  bills: { period: string; total: bigint; areaM2: string | null; number: string }[]
  earlier: { requestedOn: string; reason: string; amount: bigint }[]
}
type Place = { buildingId: string; accountId: string; premisesId: string }

/** The register in the reader's own scope; meters and bills through the machine, after the policy has let the reader see the case. */
export async function evidenceOf(ctx: Context, place: Place): Promise<Evidence> {
  const register = await registerOf(ctx, place)
  const charged = await asService(ctx, 'billing', inner => chargedOf(inner, place))
  return { ...register, ...charged }
}

async function registerOf({ db }: Pick<Context, 'db'>, { buildingId, premisesId, accountId }: Place): Promise<Omit<Evidence, 'readings' | 'bills'>> {
  const [unit] = await db.$queryRaw<{ areaM2: string }[]>`select trim_scale(p.area_m2)::text as "areaM2" from premises p where p.building_id = ${buildingId}::uuid and p.premises_id = ${premisesId}::uuid`
  const areaChanges = await db.$queryRaw<Evidence['areaChanges']>`
    select to_char(e.at at time zone interval '5 hours', 'YYYY-MM-DD') as on, e.before ->> 'areaM2' as before, e.after ->> 'areaM2' as after, coalesce(e.ground, '') as ground
    from audit_entries e where e.building_id = ${buildingId}::uuid and e.subject_type = 'premises' and e.subject_id = ${premisesId}
      and e.action = 'premises.correctPremises' and e.after ? 'areaM2' order by e.at desc limit 10`
  const owners = await db.$queryRaw<Evidence['owners']>`
    select o.full_name as name, case when s.share_numerator = s.share_denominator then '1' else s.share_numerator || '/' || s.share_denominator end as share,
      to_char(s.valid_from, 'YYYY-MM-DD') as from, to_char(s.valid_to, 'YYYY-MM-DD') as to
    from ownerships s join owners o on o.building_id = s.building_id and o.owner_id = s.owner_id
    where s.building_id = ${buildingId}::uuid and s.premises_id = ${premisesId}::uuid order by s.valid_from desc limit 12`
  const persons = await db.$queryRaw<Evidence['persons']>`
    select to_char(r.valid_from, 'YYYY-MM-DD') as from, r.persons from registered_persons r
    where r.building_id = ${buildingId}::uuid and r.premises_id = ${premisesId}::uuid order by r.valid_from desc limit 6`
  const earlier = await db.$queryRaw<Evidence['earlier']>`
    select to_char(r.requested_at at time zone interval '5 hours', 'YYYY-MM-DD') as "requestedOn", r.reason, r.amount from adjustment_requests r
    where r.building_id = ${buildingId}::uuid and r.account_id = ${accountId}::uuid order by r.requested_at desc limit 10`
  return { areaM2: unit?.areaM2 ?? '', areaChanges, owners, persons, earlier }
}

async function chargedOf({ db }: Pick<Context, 'db'>, { buildingId, accountId, premisesId }: Place): Promise<Pick<Evidence, 'readings' | 'bills'>> {
  const readings = await db.$queryRaw<Evidence['readings']>`
    select to_char(r.taken_on, 'YYYY-MM-DD') as on, m.service, m.serial, r.register_values::text[] as values, r.consumption::text as consumption, r.state
    from readings r join meters m on m.building_id = r.building_id and m.meter_id = r.meter_id
    where r.building_id = ${buildingId}::uuid and r.premises_id = ${premisesId}::uuid and r.superseded_by is null order by r.taken_on desc, m.service limit 24`
  const bills = await db.$queryRaw<Evidence['bills']>`
    select b.period::text as period, b.total, b.bill_number as number,
      (select max((l ->> 'quantity')::numeric)::text from json_array_elements(b.lines) l where exists (
        select 1 from billing_runs r, jsonb_array_elements(r.prices -> 'items') i
         where r.building_id = b.building_id and r.period = b.period and i ->> 'key' = l ->> 'key' and i ->> 'of' = 'AREA')) as "areaM2"
    from current_bills b where b.building_id = ${buildingId}::uuid and b.account_id = ${accountId}::uuid order by b.period desc limit 12`
  return { readings, bills }
}
