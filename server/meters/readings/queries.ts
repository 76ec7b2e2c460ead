import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { LocalDate, Period } from '#server/kernel/period.ts'
import type { Decimal } from '#server/kernel/quantity.ts'
import { meterById, nextReading, type Meter, type NextReading } from '#server/meters/queries.ts'

/** A reading among its neighbours in time; superseded ones too, so that it is seen what was put right. */
export type StaffReading = {
  readonly readingId: string
  readonly takenOn: LocalDate
  readonly period: Period
  readonly values: Decimal[]
  readonly consumption: Decimal | null
  readonly state: 'ACCEPTED' | 'FLAGGED'
  readonly flags: string[]
  readonly source: string
  readonly note: string
  readonly photoFileId: string | null
  readonly receivedAt: Date
  readonly superseded: boolean
  /** Bills of its month have taken it. */
  readonly billed: boolean
  /** What the house divided in its bills by this or with it is divided again. */
  readonly shared: boolean
  /** The counted reading after it, which is counted anew when it is corrected. */
  readonly next: NextReading | null
}

export type ReadingsPage = {
  readonly meter: Meter
  readonly house: string
  readonly unit: { readonly premisesId: string; readonly kind: string; readonly number: string } | null
  /** The house is billed through this month: what changes in a billed one comes with the next. */
  readonly billedThrough: Period | null
  /** The newest first. */
  readonly readings: readonly StaffReading[]
}

type Place = Pick<ReadingsPage, 'house' | 'unit' | 'billedThrough'>

/** A meter of a flat or of the house with its readings of two years, for whoever keeps or bills the house. */
export async function readingsOf(ctx: Pick<Context, 'db'>, { buildingId, meterId }: { buildingId: string; meterId: string }): Promise<ReadingsPage> {
  const meter = await meterById(ctx.db, buildingId, meterId)
  const [place] = await ctx.db.$queryRaw<Place[]>`
    select b.name as house, case when p.premises_id is not null then jsonb_build_object('premisesId', p.premises_id, 'kind', p.kind, 'number', p.number) end as unit,
      (select max(r.period)::text from billing_runs r where r.building_id = b.building_id) as "billedThrough"
    from buildings b left join premises p on p.building_id = b.building_id and p.premises_id = ${meter.premisesId}::uuid where b.building_id = ${buildingId}::uuid`
  if (!place) throw notFound('meters.meterNotFound')
  const readings = await ctx.db.$queryRaw<StaffReading[]>`
    select r.reading_id::text as "readingId", r.taken_on::text as "takenOn", r.period::text as period, trim_scale(r.consumption)::text as consumption, r.state, r.flags, r.source, r.note,
      array(select trim_scale(v)::text from unnest(r.register_values) with ordinality u(v, i) order by i) as values, r.photo_file_id::text as "photoFileId", r.received_at as "receivedAt",
      r.superseded_by is not null as superseded, r.state = 'ACCEPTED' and exists (select 1 from billing_runs x where x.building_id = r.building_id and x.period = r.period) as billed,
      exists (select 1 from billing_runs x cross join lateral jsonb_array_elements(x.prices -> 'items') i where x.building_id = r.building_id and x.period >= r.period and i ->> 'service' = ${meter.service} and i ->> 'of' = 'SHARE'
        and (r.premises_id is null or i ? 'by' or i -> 'heat' ->> 'mode' = 'COMMON' or i -> 'heat' ->> 'mode' = 'BY_BUILDING_METER' and ${place.unit?.kind !== 'APARTMENT'}) and coalesce(i -> 'earlier' ->> 'since', i -> 'heat' ->> 'since', x.period) <= r.period) as shared,
      case when r.superseded_by is null then ${nextReading} end as next
    from readings r where r.building_id = ${buildingId}::uuid and r.meter_id = ${meterId}::uuid and r.taken_on >= app.today() - 740
    order by r.taken_on desc, r.received_at desc limit 60`
  return { meter, ...place, readings }
}

export type HouseMeter = { readonly meterId: string; readonly service: string; readonly serial: string; readonly unit: string; readonly lastValues: Decimal[]; readonly lastOn: LocalDate | null; readonly removedOn: LocalDate | null }

/** The house's own meters, those that work first. */
export async function metersOfHouse(ctx: Pick<Context, 'db'>, buildingId: string): Promise<HouseMeter[]> {
  return ctx.db.$queryRaw<HouseMeter[]>`
    select m.meter_id::text as "meterId", m.service, m.serial, m.unit, m.removed_on::text as "removedOn", l.taken_on::text as "lastOn",
      coalesce(array(select trim_scale(v)::text from unnest(l.register_values) with ordinality u(v, i) order by i), '{}') as "lastValues"
    from meters m left join lateral (select r.taken_on, r.register_values from readings r where r.building_id = m.building_id and r.meter_id = m.meter_id and r.consumption is not null and r.superseded_by is null
      order by r.taken_on desc, r.received_at desc limit 1) l on true
    where m.building_id = ${buildingId}::uuid and m.kind = 'BUILDING'
    order by m.removed_on is not null, array_position('{COLD_WATER,HOT_WATER,ELECTRICITY,GAS,HEAT}'::text[], m.service), m.serial`
}
