import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import type { LocalDate, Period } from '#server/kernel/period.ts'
import { subtractDecimal, type Decimal } from '#server/kernel/quantity.ts'
import { readingCorrected, readingSubmitted, type ReadingSubmitted } from '#server/meters/events.ts'
import { canSubmitReading, type ReadingSource } from '#server/meters/policy.ts'
import { billedThrough, judgingFacts, type Meter } from '#server/meters/queries.ts'
import { afterBills, flagsOf, judgeReading, shownRegisters, unanswered, type Verdict } from '#server/meters/rules.ts'
import type { SubmittedReading } from '#server/meters/schema.ts'

/** What bills have taken of a reading that is corrected, and the last month billed by then: the difference goes to the next bill. */
export type BilledReading = { readonly volume: Decimal; readonly through: Period }

export type ReadingToStore = {
  readingId: string
  meter: Meter
  values: readonly string[]
  takenOn: LocalDate
  submittedAt: Date
  confirmed: readonly string[]
  ifAsked: 'ASK' | 'KEEP'
  onBehalf?: { callerName: string; reason: string } | undefined
  contentHash: string
  /** Set when it takes the place of another. */
  supersedes?: { readingId: string; takenOn: LocalDate; period: string; late: boolean; before: unknown; reason: string; billed: BilledReading | null }
}

type Judged = Extract<Verdict, { kind: 'fine' | 'asks' }>

/** The one way into `readings` besides import: judged, numbered once, traced, announced. The caller holds the meter's lock. */
export async function storeReading(ctx: Context, reading: ReadingToStore): Promise<SubmittedReading> {
  const { meter } = reading
  const source = canSubmitReading(ctx.actor, meter, reading.onBehalf !== undefined)
  const verdict = await judge(ctx, reading)
  // A figure that cannot be counted would take the charged volume away and put nothing in its place.
  if (reading.supersedes?.billed && verdict.consumption === null) throw invalid('meters.lowerThanBilled')
  const open = unanswered(verdict, reading.confirmed)[0]
  if (open && reading.ifAsked === 'ASK') throw invalid(`meters.ask${open.code.slice(0, 1).toUpperCase()}${open.code.slice(1)}`, open.params)
  await claimId(ctx, reading, verdict)
  const result = await insert(ctx, reading, { verdict, source })
  const { buildingId } = meter
  await record(ctx, {
    action: reading.supersedes ? 'meters.correctReading' : 'meters.submitReading', buildingId, premisesId: meter.premisesId, subjectType: 'reading',
    subjectId: reading.readingId, ground: groundOf(reading), before: reading.supersedes?.before, after: { ...result, source, confirmed: reading.confirmed, onBehalf: reading.onBehalf },
  })
  await emit(ctx, { name: reading.supersedes ? readingCorrected : readingSubmitted, buildingId, payload: eventOf(ctx, meter, { ...result, source }) })
  return result
}

async function judge(ctx: Context, { meter, values, takenOn, supersedes }: ReadingToStore): Promise<Judged> {
  const day = takenOn > ctx.today ? ctx.today : takenOn
  const facts = await judgingFacts(ctx.db, meter, { takenOn: day, today: ctx.today, except: supersedes?.readingId ?? null })
  const context = { meter, window: facts.window, usual: facts.usual, today: ctx.today, laterTakenOn: supersedes ? null : facts.laterTakenOn }
  const verdict = possible(judgeReading(facts.previous, { values, takenOn }, context))
  // A correction stands in the month of what it corrects: that month's figure was wrong, not this one's.
  if (supersedes?.billed) return { ...verdict, period: supersedes.period, late: supersedes.late }
  if (supersedes) return { ...verdict, ...afterBills(supersedes, await billedThrough(ctx.db, meter.buildingId, supersedes.period)) }
  const billed = await billedThrough(ctx.db, meter.buildingId, verdict.period)
  return billed === null ? verdict : possible(judgeReading(facts.previous, { values, takenOn }, { ...context, billedThrough: billed }))
}

function possible(verdict: Verdict): Judged {
  if (verdict.kind === 'refused') throw invalid(`meters.${verdict.code}`, verdict.params)
  return verdict
}

async function claimId(ctx: Context, { readingId, meter, contentHash }: ReadingToStore, verdict: Judged): Promise<void> {
  const claimed = await ctx.db.$executeRaw`insert into reading_ids (reading_id, building_id, premises_id, meter_id, taken_on, content_hash)
    values (${readingId}::uuid, ${meter.buildingId}::uuid, ${meter.premisesId}::uuid, ${meter.meterId}::uuid, ${verdict.takenOn}::date, ${contentHash}) on conflict do nothing`
  if (claimed === 0) throw conflict('meters.readingIdTaken')
}

type Worth = Pick<SubmittedReading, 'state' | 'consumption' | 'flags'> & { parts: string[] | null }

/** What it is worth after the person's answers: counted, or kept with the reasons why not. */
function worthOf(verdict: Judged, confirmed: readonly string[]): Worth {
  const flags = flagsOf(verdict, confirmed)
  if (flags.length > 0) return { state: 'FLAGGED', consumption: null, parts: null, flags }
  return { state: 'ACCEPTED', consumption: verdict.consumption, parts: [...(verdict.parts ?? [])], flags }
}

async function insert(ctx: Context, reading: ReadingToStore, { verdict, source }: { verdict: Judged; source: ReadingSource }): Promise<SubmittedReading> {
  const { meter, readingId } = reading
  const { parts, ...worth } = worthOf(verdict, reading.confirmed)
  const { takenOn, period, late } = verdict
  const values = [...verdict.values]
  const rows = await ctx.db.$queryRaw<{ receivedAt: Date }[]>`insert into readings (building_id, meter_id, taken_on, reading_id, premises_id, period, register_values, consumption,
      register_consumptions, state, late, confirmed, flags, source, submitted_at, received_at, person_id, note, supersedes_reading_id, billed_difference, billed_through)
    values (${meter.buildingId}::uuid, ${meter.meterId}::uuid, ${takenOn}::date, ${readingId}::uuid, ${meter.premisesId}::uuid, ${period}, ${values}::numeric[], ${worth.consumption}::numeric,
      ${parts}::numeric[], ${worth.state}, ${late}, ${[...reading.confirmed]}::text[], ${worth.flags}::text[], ${source}, ${reading.submittedAt},
      greatest(app.now(), (select max(received_at) + interval '1 microsecond' from readings where building_id = ${meter.buildingId}::uuid
        and meter_id = ${meter.meterId}::uuid and taken_on = ${takenOn}::date)),
      ${ctx.actor.personId}::uuid, ${groundOf(reading) ?? ''}, ${reading.supersedes?.readingId ?? null}::uuid, ${differenceOf(reading, worth.consumption)}::numeric, ${reading.supersedes?.billed?.through ?? null}::char(7))
    returning received_at as "receivedAt"`
  const receivedAt = rows[0]?.receivedAt
  if (!receivedAt) throw new Error('a reading just written is not there')
  const { consumption, state, flags } = worth
  return { readingId, meterId: meter.meterId, values, takenOn, period, consumption, state, flags, late, receivedAt, photoFileId: null }
}

function differenceOf({ supersedes }: ReadingToStore, consumption: Decimal | null): Decimal | null {
  return supersedes?.billed && consumption !== null ? subtractDecimal(consumption, supersedes.billed.volume) : null
}

function groundOf({ supersedes, onBehalf }: ReadingToStore): string | undefined {
  const words = [supersedes?.reason, onBehalf && `${onBehalf.callerName}: ${onBehalf.reason}`].filter(Boolean)
  return words.length > 0 ? words.join('; ') : undefined
}

function eventOf(ctx: Context, meter: Meter, reading: SubmittedReading & { source: string }): ReadingSubmitted {
  const { readingId, meterId, takenOn, period, late, state, flags, source } = reading
  return {
    readingId, meterId, takenOn, period, late, state, flags, source, premisesId: meter.premisesId, personId: source === 'RESIDENT' ? ctx.actor.personId : null,
    service: meter.service, serial: meter.serial, unit: meter.unit, shown: shownRegisters(reading.values, meter),
  }
}
