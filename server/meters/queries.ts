import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import { asService, type Context } from '#server/infra/context.ts'
import type { Db } from '#server/infra/db.ts'
import { notFound } from '#server/kernel/errors.ts'
import { addPeriods, daysBetween, periodOf, type LocalDate, type Period } from '#server/kernel/period.ts'
import { addDecimal, type Decimal } from '#server/kernel/quantity.ts'
import { canSeeMissingReadings, type MeterReach } from '#server/meters/policy.ts'
import { usualRange, type MeterFacts, type PreviousReading, type ReadingWindow, type UsualRange } from '#server/meters/rules.ts'
import type { SubmittedReading } from '#server/meters/schema.ts'

export type Meter = MeterFacts & MeterReach & { readonly meterId: string; readonly serial: string; readonly kind: 'UNIT' | 'BUILDING'; readonly country: string }

export async function meterById(db: Db, buildingId: string, meterId: string): Promise<Meter> {
  const rows = await db.$queryRaw<Meter[]>`
    select m.building_id as "buildingId", m.meter_id as "meterId", m.premises_id as "premisesId", m.service, m.kind, m.serial, m.unit, m.registers, m.digits, m.decimals,
      m.installed_on::text as "installedOn", m.removed_on::text as "removedOn", m.verified_until::text as "verifiedUntil", b.country::text as country,
      m.building_id = any(auth.buildings('{reading.submit}')) or coalesce(m.premises_id = any(auth.premises('{reading.submit}')), false)
        or auth.service_has('{imports,seed}') as "maySubmit",
      m.building_id = any(auth.buildings('{registry.write}')) or auth.service_has('{imports,seed}') as "mayRegister"
    from meters m join buildings b on b.building_id = m.building_id
    where m.building_id = ${buildingId}::uuid and m.meter_id = ${meterId}::uuid`
  const meter = rows[0]
  if (!meter) throw notFound('meters.meterNotFound')
  return meter
}

/**
 * Two readings of one meter are judged one after the other, and none while the house is being billed (its run holds the
 * house's lock alone): whether the month is billed is then asked once, by a statement after this one. Released with the transaction.
 */
export async function lockMeter(db: Db, { buildingId, meterId }: Pick<Meter, 'buildingId' | 'meterId'>): Promise<void> {
  await db.$executeRaw`select pg_advisory_xact_lock_shared(app.readings_lock(${buildingId}::uuid)), pg_advisory_xact_lock(hashtextextended(${meterId}, 7))`
}

/** The last billed month of a house, if this month of it is billed; null while it can still take readings. */
export async function billedThrough(db: Db, buildingId: string, period: Period): Promise<Period | null> {
  const rows = await db.$queryRaw<{ last: Period | null }[]>`select max(r.period)::text as last from billing_runs r where r.building_id = ${buildingId}::uuid
    and exists (select 1 from billing_runs x where x.building_id = ${buildingId}::uuid and x.period = ${period})`
  return rows[0]?.last ?? null
}

/** May this session keep the register of a house it can see? */
export async function registerReach(db: Db, buildingId: string): Promise<{ mayRegister: boolean }> {
  const rows = await db.$queryRaw<{ mayRegister: boolean }[]>`
    select auth.reaches('{registry.write}', building_id) or auth.service_has('{imports,seed}') as "mayRegister" from buildings where building_id = ${buildingId}::uuid`
  if (!rows[0]) throw notFound()
  return rows[0]
}

/** Days of the month in which readings are expected in a country, as data says on that date. */
export async function readingWindow(db: Db, country: string, on: LocalDate): Promise<ReadingWindow> {
  const rows = await db.$queryRaw<ReadingWindow[]>`
    select from_day as "fromDay", to_day as "toDay", grace_days as "graceDays" from reading_windows
    where country = ${country} and valid_from <= ${on}::date order by valid_from desc limit 1`
  return rows[0] ?? wholeMonth
}

export type JudgingFacts = { previous: PreviousReading | null; laterTakenOn: LocalDate | null; window: ReadingWindow; usual: UsualRange | null }
type JudgingRow = { previous: PreviousReading | null; laterTakenOn: LocalDate | null; window: ReadingWindow | null; steps: { consumption: Decimal; days: number }[] | null }

/** All that a reading of a day is judged by, in one round trip; a reading that is being corrected is left out. */
export async function judgingFacts(db: Db, meter: Pick<Meter, 'buildingId' | 'meterId' | 'country'>, at: { takenOn: LocalDate; today: LocalDate; except: string | null }): Promise<JudgingFacts> {
  // Fourteen months of partitions are enough for nearly every meter; one that nobody read for longer is looked for everywhere.
  const recent = await factsSince(db, meter, { ...at, since: at.takenOn < usualSince(at.today) ? longAgo : usualSince(at.today) })
  return recent.previous === null ? factsSince(db, meter, { ...at, since: longAgo }) : recent
}

const longAgo = '1990-01-01'

async function factsSince(db: Db, meter: Pick<Meter, 'buildingId' | 'meterId' | 'country'>, at: { takenOn: LocalDate; today: LocalDate; except: string | null; since: LocalDate }): Promise<JudgingFacts> {
  const rows = await db.$queryRaw<JudgingRow[]>`
    with counted as (
      select taken_on, received_at, reading_id, register_values, consumption, period, lag(taken_on) over (order by taken_on, received_at, reading_id) as before
      from readings where building_id = ${meter.buildingId}::uuid and meter_id = ${meter.meterId}::uuid
        and taken_on >= ${at.since}::date and consumption is not null and superseded_by is null and reading_id is distinct from ${at.except}::uuid)
    select
      (select jsonb_build_object('values', array(select trim_scale(v)::text from unnest(c.register_values) with ordinality u(v, i) order by i), 'takenOn', c.taken_on::text, 'period', c.period)
        from counted c where c.taken_on <= ${at.takenOn}::date order by c.taken_on desc, c.received_at desc, c.reading_id desc limit 1) as previous,
      (select max(c.taken_on)::text from counted c where c.taken_on > ${at.takenOn}::date) as "laterTakenOn",
      (select jsonb_build_object('fromDay', w.from_day, 'toDay', w.to_day, 'graceDays', w.grace_days) from reading_windows w
        where w.country = ${meter.country} and w.valid_from <= ${at.takenOn}::date order by w.valid_from desc limit 1) as window,
      (select jsonb_agg(jsonb_build_object('consumption', trim_scale(c.consumption)::text, 'days', c.taken_on - c.before) order by c.taken_on, c.received_at)
        from counted c where c.before >= ${usualSince(at.today)}::date) as steps`
  const row = rows[0]
  return { previous: row?.previous ?? null, laterTakenOn: row?.laterTakenOn ?? null, window: row?.window ?? wholeMonth, usual: usualRange(row?.steps ?? []) }
}

const wholeMonth: ReadingWindow = { fromDay: 1, toDay: 31, graceDays: 0 }

function usualSince(today: LocalDate): LocalDate {
  return `${addPeriods(periodOf(today), -14)}-01`
}

export async function laterReadingOn(db: Db, meter: Pick<Meter, 'buildingId' | 'meterId'>, takenOn: LocalDate): Promise<LocalDate | null> {
  const rows = await db.$queryRaw<{ takenOn: LocalDate | null }[]>`
    select max(taken_on)::text as "takenOn" from readings where building_id = ${meter.buildingId}::uuid and meter_id = ${meter.meterId}::uuid
      and taken_on > ${takenOn}::date and consumption is not null and superseded_by is null`
  return rows[0]?.takenOn ?? null
}

type Step = { meterId: string; consumption: Decimal; takenOn: LocalDate; before: LocalDate | null }

async function stepsOf(db: Db, meters: readonly { buildingId: string; meterId: string }[], since: LocalDate): Promise<Step[]> {
  if (meters.length === 0) return []
  return db.$queryRaw<Step[]>`
    select r.meter_id as "meterId", trim_scale(r.consumption)::text as consumption, r.taken_on::text as "takenOn",
      (lag(r.taken_on) over (partition by r.building_id, r.meter_id order by r.taken_on, r.received_at))::text as before
    from readings r join unnest(${meters.map(each => each.buildingId)}::uuid[], ${meters.map(each => each.meterId)}::uuid[]) x(building_id, meter_id)
      on r.building_id = x.building_id and r.meter_id = x.meter_id
    where r.consumption is not null and r.superseded_by is null and r.taken_on >= ${since}::date
    order by r.taken_on, r.received_at`
}

/** Usual consumption of each meter, from its own last year. */
async function usualOf(db: Db, meters: readonly { buildingId: string; meterId: string }[], today: LocalDate): Promise<Map<string, UsualRange>> {
  const steps = await stepsOf(db, meters, usualSince(today))
  const found = new Map<string, UsualRange>()
  for (const { meterId } of meters) {
    const history = steps.filter(step => step.meterId === meterId && step.before !== null)
      .map(step => ({ consumption: step.consumption, days: daysBetween(step.before ?? step.takenOn, step.takenOn) }))
    const usual = usualRange(history)
    if (usual) found.set(meterId, usual)
  }
  return found
}

export type StoredReading = SubmittedReading & { readonly contentHash: string; readonly buildingId: string }
type Claim = { buildingId: string; meterId: string; takenOn: LocalDate; contentHash: string }

/** What was stored under an id, if this session may see it. By the dedupe table first: its day names the one partition to look into. */
export async function storedReading(db: Db, readingId: string): Promise<StoredReading | null> {
  const claims = await db.$queryRaw<Claim[]>`
    select building_id as "buildingId", meter_id as "meterId", taken_on::text as "takenOn", content_hash::text as "contentHash" from reading_ids where reading_id = ${readingId}::uuid`
  const claim = claims[0]
  if (!claim) return null
  const rows = await db.$queryRaw<SubmittedReading[]>`
    select reading_id as "readingId", meter_id as "meterId", array(select trim_scale(v)::text from unnest(register_values) with ordinality u(v, i) order by i) as values,
      taken_on::text as "takenOn", period::text as period, trim_scale(consumption)::text as consumption, state, flags, late, received_at as "receivedAt", photo_file_id as "photoFileId"
    from readings where building_id = ${claim.buildingId}::uuid and meter_id = ${claim.meterId}::uuid and taken_on = ${claim.takenOn}::date and reading_id = ${readingId}::uuid`
  return rows[0] ? { ...rows[0], contentHash: claim.contentHash, buildingId: claim.buildingId } : null
}

/** The counted reading after another; `sameDay`: there is another counted one on its day, or on the day of the first. */
export type NextReading = { readonly readingId: string; readonly takenOn: LocalDate; readonly period: Period; readonly values: Decimal[]; readonly consumption: Decimal; readonly sameDay: boolean }

/** Of a row `r` of readings. One that does not count yet will be the last of its day once it does. */
export const nextReading = Prisma.sql`(select jsonb_build_object('readingId', n.reading_id, 'takenOn', n.taken_on::text, 'period', n.period, 'consumption', trim_scale(n.consumption)::text,
    'values', array(select trim_scale(v)::text from unnest(n.register_values) with ordinality u(v, i) order by i),
    'sameDay', n.taken_on = r.taken_on or exists (select 1 from readings s where s.building_id = n.building_id and s.meter_id = n.meter_id and s.taken_on = n.taken_on and s.reading_id <> n.reading_id and s.consumption is not null and s.superseded_by is null))
  from readings n where n.building_id = r.building_id and n.meter_id = r.meter_id and n.consumption is not null and n.superseded_by is null
    and (n.taken_on > r.taken_on or r.state = 'ACCEPTED' and n.taken_on = r.taken_on and n.received_at > r.received_at) and n.reading_id <> r.reading_id order by n.taken_on, n.received_at limit 1)`

export type StandingReading = SubmittedReading & { premisesId: string | null; source: string; superseded: boolean; next: NextReading | null }

/** A reading that somebody wants to correct. */
export async function standingReading(db: Db, buildingId: string, readingId: string): Promise<StandingReading> {
  const stored = await storedReading(db, readingId)
  if (!stored || stored.buildingId !== buildingId) throw notFound('meters.readingNotFound')
  const rows = await db.$queryRaw<{ premisesId: string | null; source: string; superseded: boolean; next: NextReading | null }[]>`
    select r.premises_id as "premisesId", r.source, r.superseded_by is not null as superseded, ${nextReading} as next
    from readings r where r.building_id = ${buildingId}::uuid and r.meter_id = ${stored.meterId}::uuid and r.taken_on = ${stored.takenOn}::date and r.reading_id = ${readingId}::uuid`
  const facts = rows[0]
  if (!facts) throw notFound('meters.readingNotFound')
  return { ...stored, ...facts }
}

export type MeterCard = MeterFacts & {
  readonly buildingId: string
  readonly premisesId: string
  readonly meterId: string
  readonly serial: string
  readonly house: string
  readonly flat: string
  readonly country: string
  /** Last counted reading. */
  readonly last: (PreviousReading & { readonly readingId: string }) | null
  /** Kept, but does not count yet. */
  readonly waiting: { readonly readingId: string; readonly values: Decimal[]; readonly takenOn: LocalDate; readonly flags: string[] } | null
  readonly usual: UsualRange | null
  readonly window: ReadingWindow
}

type CardRow = Omit<MeterCard, 'usual' | 'window' | 'last' | 'waiting'> & { last: MeterCard['last']; waiting: MeterCard['waiting'] }

/** Working meters of the flats this person lives in, owns or rents. */
export async function listMine(ctx: Context): Promise<MeterCard[]> {
  const premises = ctx.actor.grants.filter(grant => grant.scopeType === 'UNIT' && grant.rights.includes('reading.read')).map(grant => grant.premisesId)
  return cardsOf(ctx, premises.filter(each => each !== null))
}

/** Meters of one flat, for the desk; row-level security decides whether it is there. */
export async function listOfPremises(ctx: Context, premisesId: string): Promise<MeterCard[]> {
  return cardsOf(ctx, [premisesId])
}

async function cardsOf(ctx: Context, premises: readonly string[]): Promise<MeterCard[]> {
  if (premises.length === 0) return []
  const rows = await ctx.db.$queryRaw<CardRow[]>`
    select m.building_id as "buildingId", m.premises_id as "premisesId", m.meter_id as "meterId", m.service, m.serial, m.unit, m.registers, m.digits, m.decimals,
      m.installed_on::text as "installedOn", m.removed_on::text as "removedOn", m.verified_until::text as "verifiedUntil",
      b.name as house, b.country::text as country, p.number as flat, l.last, w.waiting
    from meters m join buildings b on b.building_id = m.building_id
    join premises p on p.building_id = m.building_id and p.premises_id = m.premises_id
    left join lateral (select jsonb_build_object('readingId', r.reading_id, 'takenOn', r.taken_on::text, 'period', r.period,
        'values', array(select trim_scale(v)::text from unnest(r.register_values) with ordinality u(v, i) order by i)) as last
      from readings r where r.building_id = m.building_id and r.meter_id = m.meter_id and r.consumption is not null and r.superseded_by is null
      order by r.taken_on desc, r.received_at desc limit 1) l on true
    left join lateral (select jsonb_build_object('readingId', r.reading_id, 'takenOn', r.taken_on::text, 'flags', r.flags,
        'values', array(select trim_scale(v)::text from unnest(r.register_values) with ordinality u(v, i) order by i)) as waiting
      from readings r where r.building_id = m.building_id and r.meter_id = m.meter_id and r.state = 'FLAGGED' and r.superseded_by is null
        and not r.flags @> '{olderThanLast}' and r.taken_on > coalesce((l.last ->> 'takenOn')::date, '-infinity') - 1
      order by r.taken_on desc, r.received_at desc limit 1) w on true
    where m.premises_id = any(${premises}::uuid[]) and m.removed_on is null
    order by b.name, p.premises_id, array_position('{COLD_WATER,HOT_WATER,ELECTRICITY,GAS,HEAT}'::text[], m.service), m.serial`
  const usual = await usualOf(ctx.db, rows, ctx.today)
  const windows = new Map<string, ReadingWindow>()
  for (const { country } of rows) if (!windows.has(country)) windows.set(country, await readingWindow(ctx.db, country, ctx.today))
  return rows.map(row => ({ ...row, usual: usual.get(row.meterId) ?? null, window: windows.get(row.country) ?? wholeMonth }))
}

export type HistoryMonth = { period: Period; consumption: Decimal | null; shown: string[]; takenOn: LocalDate | null; late: boolean }

/** Twelve months of one meter and of those it replaced, the newest last; a month without a reading is null, not zero. */
export async function historyOf(ctx: Context, input: { buildingId: string; meterId: string }): Promise<HistoryMonth[]> {
  await meterById(ctx.db, input.buildingId, input.meterId)
  const rows = await ctx.db.$queryRaw<{ period: Period; consumption: Decimal; values: string[]; takenOn: LocalDate; late: boolean }[]>`
    with recursive line as (
      select m.building_id, m.meter_id, m.replaces_meter_id from meters m where m.building_id = ${input.buildingId}::uuid and m.meter_id = ${input.meterId}::uuid
      union all select m.building_id, m.meter_id, m.replaces_meter_id from meters m join line on m.building_id = line.building_id and m.meter_id = line.replaces_meter_id)
    select r.period::text as period, trim_scale(r.consumption)::text as consumption, r.taken_on::text as "takenOn", r.late,
      array(select trim_scale(v)::text from unnest(r.register_values) with ordinality u(v, i) order by i) as values
    from readings r join line on line.building_id = r.building_id and line.meter_id = r.meter_id
    where r.consumption is not null and r.superseded_by is null and r.period > ${addPeriods(periodOf(ctx.today), -12)}
      and r.taken_on >= coalesce(((select auth.history_limits()) ->> r.premises_id::text)::date, '-infinity')
    order by r.taken_on, r.received_at`
  return Array.from({ length: 12 }, (_, index) => monthFrom(addPeriods(periodOf(ctx.today), index - 11), rows))
}

type MonthRow = { period: Period; consumption: Decimal; values: string[]; takenOn: LocalDate; late: boolean }

function monthFrom(period: Period, rows: readonly MonthRow[]): HistoryMonth {
  const own = rows.filter(row => row.period === period)
  const last = own.at(-1)
  if (!last) return { period, consumption: null, shown: [], takenOn: null, late: false }
  return { period, consumption: own.map(row => row.consumption).reduce(addDecimal, '0'), shown: last.values, takenOn: last.takenOn, late: own.some(row => row.late) }
}

/** Flats whose working meters have no counted reading for a month: numbers only, no persons and no figures. */
export async function flatsWithoutReadings(ctx: Context, input: { buildingId: string; period: Period }): Promise<{ total: number; without: string[] }> {
  const reach = await ctx.db.$queryRaw<{ reaches: boolean }[]>`select auth.reaches('{house.readings}', ${input.buildingId}::uuid) as reaches`
  canSeeMissingReadings(reach[0]?.reaches ?? false)
  // Council may know which flats are missing and may not read figures: a machine actor counts for it.
  const rows = await asService(ctx, 'billing', inner => inner.db.$queryRaw<{ number: string; missing: boolean }[]>`
    select p.number, bool_or(not exists (select 1 from readings r where r.building_id = m.building_id and r.meter_id = m.meter_id and r.period = ${input.period}
        and r.consumption is not null and r.superseded_by is null)) as missing
    from meters m join premises p on p.building_id = m.building_id and p.premises_id = m.premises_id
    where m.building_id = ${input.buildingId}::uuid and m.removed_on is null and m.kind = 'UNIT' and p.kind = 'APARTMENT'
    group by p.premises_id, p.number order by length(p.number), p.number`)
  return { total: rows.length, without: rows.filter(row => row.missing).map(row => row.number) }
}
