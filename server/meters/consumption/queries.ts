import 'server-only'
import type { Db } from '#server/infra/db.ts'
import type { Period } from '#server/kernel/period.ts'
import type { Decimal } from '#server/kernel/quantity.ts'
import type { MeterService, MeterUnit } from '#server/meters/rules.ts'

export type Consumption = {
  readonly meterId: string
  readonly premisesId: string | null
  readonly service: MeterService
  readonly unit: MeterUnit
  readonly serial: string
  readonly digits: number
  readonly decimals: number
  readonly verifiedUntil: string | null
  /** Sum of all readings that count for the month. */
  readonly consumption: Decimal
  /** The same per register. */
  readonly parts: Decimal[]
  /** Registers before the first and after the last of them, and the day of the last. */
  readonly from: Decimal[]
  readonly to: Decimal[]
  readonly takenOn: string
  readonly late: boolean
  readonly readings: number
  /** Photos of these readings, where there are any. */
  readonly photoIds: string[]
}

/** What each meter of a house used in a month; a meter replaced within the month gives two rows. Meters without a reading are absent. */
export async function consumptionOf(db: Db, buildingId: string, period: Period): Promise<Consumption[]> {
  return db.$queryRaw<Consumption[]>`
    with counted as (
      select r.* from readings r
      where r.building_id = ${buildingId}::uuid and r.period = ${period} and r.consumption is not null and r.superseded_by is null),
    summed as (
      select c.meter_id, sum(c.consumption) as consumption, count(*)::int as readings, bool_or(c.late) as late, max(c.taken_on) as taken_on,
        coalesce(array_agg(c.photo_file_id::text order by c.taken_on, c.received_at) filter (where c.photo_file_id is not null), '{}') as photos,
        (array_agg(c.register_values order by c.taken_on desc, c.received_at desc))[1:1] as last_values,
        min(c.taken_on) as first_on
      from counted c group by c.meter_id)
    select m.meter_id as "meterId", m.premises_id as "premisesId", m.service, m.unit, m.serial, m.digits, m.decimals, m.verified_until::text as "verifiedUntil",
      trim_scale(s.consumption)::text as consumption, s.readings, s.late, s.taken_on::text as "takenOn", s.photos as "photoIds",
      array(select trim_scale(sum(x.v))::text from counted c, unnest(c.register_consumptions) with ordinality x(v, i) where c.meter_id = m.meter_id group by x.i order by x.i) as parts,
      array(select trim_scale(v)::text from unnest(s.last_values) with ordinality u(v, i) order by i) as to,
      coalesce((select array(select trim_scale(v)::text from unnest(p.register_values) with ordinality u(v, i) order by i)
        from readings p where p.building_id = m.building_id and p.meter_id = m.meter_id and p.consumption is not null and p.superseded_by is null
          and p.taken_on <= s.first_on and p.period < ${period}
        order by p.taken_on desc, p.received_at desc limit 1),
        array(select trim_scale(v)::text from unnest((select c.register_values from counted c where c.meter_id = m.meter_id order by c.taken_on, c.received_at limit 1)) with ordinality u(v, i) order by i)) as "from"
    from summed s join meters m on m.building_id = ${buildingId}::uuid and m.meter_id = s.meter_id
    order by m.premises_id nulls first, m.service, m.serial, m.meter_id`
}
