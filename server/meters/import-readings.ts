import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import type { Decimal } from '#server/kernel/quantity.ts'
import { canImportReadings } from '#server/meters/policy.ts'

export type ImportedMeter = {
  meterId: string
  premisesId: string | null
  service: 'COLD_WATER' | 'HOT_WATER' | 'ELECTRICITY' | 'HEAT' | 'GAS'
  serial: string
  unit: 'm3' | 'kWh' | 'Gcal'
  registers?: number
  digits?: number
  decimals?: number
  installedOn: LocalDate
  removedOn?: LocalDate | null
  verifiedUntil?: LocalDate | null
}
export type ImportedReading = { meterId: string; takenOn: LocalDate; values: Decimal[] }
export type ReadingImport = { buildingId: string; batchId: string; meters: readonly ImportedMeter[]; readings: readonly ImportedReading[] }

/**
 * Devices and their history from a file, set by set. Ids of readings follow from meter, day and figures, so the same
 * file twice changes nothing; consumption follows from the order of days, among those that are there too; a figure lower than the one before is kept flagged, as is
 * one between two that count, whose use the later has in it; a day of a billed month counts for the first month after the bills.
 */
export async function importReadings(ctx: Context, input: ReadingImport): Promise<{ meters: number; readings: number; flagged: number }> {
  const reach = await ctx.db.$queryRaw<{ reaches: boolean }[]>`select auth.reaches('{import.run}', ${input.buildingId}::uuid) as reaches`
  canImportReadings(ctx.actor, reach[0]?.reaches ?? false)
  await ctx.db.$executeRaw`select pg_advisory_xact_lock_shared(app.readings_lock(${input.buildingId}::uuid))`
  const meters = await insertMeters(ctx, input)
  const rows = await insertReadings(ctx, input)
  const result = { meters, readings: rows.length, flagged: rows.filter(row => row.flagged).length }
  await record(ctx, { action: 'meters.importReadings', buildingId: input.buildingId, subjectType: 'batch', subjectId: input.batchId, after: result })
  return result
}

async function insertMeters(ctx: Context, { buildingId, batchId, meters }: ReadingImport): Promise<number> {
  return ctx.db.$executeRaw`
    insert into meters (building_id, meter_id, premises_id, service, kind, serial, unit, registers, digits, decimals, installed_on, removed_on, verified_until, batch_id)
    select ${buildingId}::uuid, x."meterId", x."premisesId", x.service, case when x."premisesId" is null then 'BUILDING' else 'UNIT' end, x.serial, x.unit,
      coalesce(x.registers, 1), coalesce(x.digits, 6), coalesce(x.decimals, 3), x."installedOn", x."removedOn", x."verifiedUntil", ${batchId}::uuid
    from jsonb_to_recordset(${JSON.stringify(meters)}::jsonb) as x("meterId" uuid, "premisesId" uuid, service text, serial text, unit text, registers int, digits int,
      decimals int, "installedOn" date, "removedOn" date, "verifiedUntil" date)
    on conflict do nothing`
}

// Registers and days by set: one statement for a house of any size (speed-and-safety.md 3).
async function insertReadings(ctx: Context, { buildingId, batchId, readings }: ReadingImport): Promise<{ flagged: boolean }[]> {
  return ctx.db.$queryRaw<{ flagged: boolean }[]>`
    with recursive given as (
      select m.building_id, m.meter_id, m.premises_id, m.registers, x."takenOn" as taken_on, x.values::numeric[] as register_values,
        md5(m.meter_id::text || x."takenOn"::text || x.values::text)::uuid as reading_id
      from jsonb_to_recordset(${JSON.stringify(readings.map(each => ({ ...each, values: `{${each.values.join(',')}}` })))}::jsonb) as x("meterId" uuid, "takenOn" date, values text)
      join meters m on m.building_id = ${buildingId}::uuid and m.meter_id = x."meterId"
      where cardinality(x.values::numeric[]) = m.registers),
    begun as (select g.meter_id, min(g.taken_on) as first_on from given g group by g.meter_id),
    counted as materialized (
      (select distinct on (r.meter_id) r.meter_id, r.taken_on, r.received_at, r.register_values::numeric[] as register_values from readings r join begun b on b.meter_id = r.meter_id
        where r.building_id = ${buildingId}::uuid and r.consumption is not null and r.superseded_by is null and r.taken_on <= b.first_on order by r.meter_id, r.taken_on desc, r.received_at desc)
      union all select r.meter_id, r.taken_on, r.received_at, r.register_values::numeric[] from readings r join begun b on b.meter_id = r.meter_id
        where r.building_id = ${buildingId}::uuid and r.consumption is not null and r.superseded_by is null and r.taken_on > b.first_on),
    line as (
      select g.*, row_number() over (partition by g.meter_id order by g.taken_on) as place, k.register_values as known, k.taken_on as known_on,
        k.taken_on is not null and exists (select 1 from counted c where c.meter_id = g.meter_id and c.taken_on > g.taken_on) as older
      from given g left join lateral (select c.register_values, c.taken_on from counted c where c.meter_id = g.meter_id and c.taken_on <= g.taken_on order by c.taken_on desc, c.received_at desc limit 1) k on true),
    walk as (
      select l.*, l.known as before, l.known_on as before_on, coalesce(app.any_lower(l.register_values, l.known), false) as lower from line l where l.place = 1
      union all
      select l.*, floor.register_values, floor.taken_on, coalesce(app.any_lower(l.register_values, floor.register_values), false)
      from walk w join line l on l.meter_id = w.meter_id and l.place = w.place + 1
      cross join lateral (select x.register_values, x.taken_on from (values (l.known, l.known_on, 2),
          (case when w.lower or w.older then w.before else w.register_values end, case when w.lower or w.older then w.before_on else w.taken_on end, 1)) x(register_values, taken_on, turn)
        order by x.taken_on desc nulls last, x.turn desc limit 1) floor),
    judged as (select w.*, w.lower or w.older as flagged from walk w),
    billed as (
      select r.period, to_char((max(r.period) over () || '-01')::date + interval '1 month', 'YYYY-MM') as next_period from billing_runs r where r.building_id = ${buildingId}::uuid),
    stored as (
      insert into readings (building_id, meter_id, taken_on, reading_id, premises_id, period, register_values, consumption, register_consumptions, state, late, flags, source, submitted_at, batch_id)
      select j.building_id, j.meter_id, j.taken_on, j.reading_id, j.premises_id, coalesce(b.next_period, to_char(j.taken_on, 'YYYY-MM')), j.register_values,
        case when not j.flagged then coalesce((select sum(v - b) from unnest(j.register_values, j.before) u(v, b) where b is not null), 0) end,
        case when not j.flagged then array(select coalesce(v - b, 0) from unnest(j.register_values, coalesce(j.before, array_fill(null::numeric, array[j.registers]))) u(v, b)) end,
        case when j.flagged then 'FLAGGED' else 'ACCEPTED' end, b.next_period is not null, case when j.older then '{olderThanLast}' when j.lower then '{lowerThanLast}' else '{}' end::text[], 'IMPORT', app.now(), ${batchId}::uuid
      from judged j left join billed b on b.period = to_char(j.taken_on, 'YYYY-MM') on conflict do nothing returning reading_id, building_id, premises_id, meter_id, taken_on, state, register_values),
    claimed as (
      insert into reading_ids (reading_id, building_id, premises_id, meter_id, taken_on, content_hash)
      select s.reading_id, s.building_id, s.premises_id, s.meter_id, s.taken_on, md5(s.register_values::text) || md5(s.meter_id::text) from stored s on conflict do nothing)
    select state = 'FLAGGED' as flagged from stored`
}
