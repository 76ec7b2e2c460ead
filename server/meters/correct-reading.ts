import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sha256 } from '#server/infra/crypto.ts'
import { conflict, forbidden, invalid } from '#server/kernel/errors.ts'
import { addDays, compareDates, lastDay } from '#server/kernel/period.ts'
import { canSubmitReading } from '#server/meters/policy.ts'
import { billedThrough, lockMeter, meterById, readingWindow, standingReading, storedReading, type Meter, type StandingReading } from '#server/meters/queries.ts'
import type { CorrectReadingInput, SubmittedReading } from '#server/meters/schema.ts'
import { recountNext } from '#server/meters/readings/recount.ts'
import { storeReading, type BilledReading } from '#server/meters/store-reading.ts'

/** Reverses a reading by one that supersedes it; the old one stays in the history. Of an earlier one, the next counted reading is counted anew. */
export async function correctReading(ctx: Context, input: CorrectReadingInput): Promise<SubmittedReading> {
  const seen = await standingReading(ctx.db, input.buildingId, input.corrects)
  const meter = await meterById(ctx.db, input.buildingId, seen.meterId)
  const source = canSubmitReading(ctx.actor, meter, input.onBehalf !== undefined)
  if (source === 'CLERK' && input.onBehalf === undefined && input.reason === '') throw invalid('meters.reasonNeeded')
  await lockMeter(ctx.db, meter)
  const contentHash = sha256(JSON.stringify(['corrects', input.corrects, input.values]))
  const again = await storedReading(ctx.db, input.readingId)
  if (again) {
    if (again.contentHash !== contentHash) throw conflict('meters.readingIdTaken')
    const { contentHash: _, buildingId: __, ...result } = again
    return result
  }
  const old = await standingReading(ctx.db, input.buildingId, input.corrects)
  assertCorrectable(old, source === 'RESIDENT')
  // The first figures of a device are those of its act.
  if (source === 'RESIDENT' && old.source !== 'RESIDENT' && old.takenOn === meter.installedOn) throw forbidden('meters.mayNotRegister', { kind: ctx.actor.kind })
  return replaceReading(ctx, input, { meter, old, contentHash, resident: source === 'RESIDENT' })
}

type Replaced = { readonly meter: Meter; readonly old: StandingReading; readonly contentHash: string; readonly resident: boolean }

async function replaceReading(ctx: Context, input: CorrectReadingInput, { meter, old, contentHash, resident }: Replaced): Promise<SubmittedReading> {
  const place = { country: meter.country, buildingId: meter.buildingId, resident }
  const { next } = old
  const [billed, nextBilled] = [await billedVolume(ctx, old, place), next && await billedVolume(ctx, { ...next, state: 'ACCEPTED' }, place)]
  await ctx.db.$executeRaw`update readings set superseded_by = ${input.readingId}::uuid, superseded_at = app.now()
    where building_id = ${input.buildingId}::uuid and meter_id = ${meter.meterId}::uuid and taken_on = ${old.takenOn}::date and reading_id = ${old.readingId}::uuid`
  const { values, confirmed, onBehalf, readingId } = input
  const result = await storeReading(ctx, {
    readingId, meter, values, confirmed, onBehalf, contentHash, takenOn: old.takenOn, ifAsked: 'ASK', submittedAt: new Date(input.submittedAt),
    supersedes: { readingId: old.readingId, takenOn: old.takenOn, period: old.period, late: old.late, before: { values: old.values, consumption: old.consumption, state: old.state, flags: old.flags }, reason: input.reason, billed },
  })
  if (next === null) return result
  // One that does not count is no floor: the next would stand on another, and where the old was none it stands as it did.
  if (result.consumption === null && old.state === 'ACCEPTED') throw invalid('meters.onlyLastCorrected')
  if (result.consumption === null) return result
  await record(ctx, await recountNext(ctx, meter, { next, old, floor: result, billed: nextBilled, reason: input.reason || (onBehalf?.reason ?? '') }))
  return result
}

// An earlier reading is the floor of the next, or will be once it counts. Its people correct only what nothing comes after; readings of one day have no order that could be kept.
function assertCorrectable(old: StandingReading, resident: boolean): void {
  if (old.superseded) throw conflict('meters.alreadyCorrected')
  if (old.next !== null && (resident || old.next.sameDay)) throw invalid('meters.onlyLastCorrected')
}

type Place = { country: string; buildingId: string; resident: boolean }

/**
 * What the bills of its month have taken of it; null: none. A bill stays as it is: staff may correct the figure of a flat or of the
 * house, and the difference comes with the next bill, as does what the house divided by it.
 */
async function billedVolume(ctx: Context, old: Pick<StandingReading, 'state' | 'period' | 'consumption' | 'takenOn'>, { country, buildingId, resident }: Place): Promise<BilledReading | null> {
  if (old.state !== 'ACCEPTED') return null
  const through = await billedThrough(ctx.db, buildingId, old.period)
  if (through !== null && resident) throw invalid('meters.monthClosed')
  if (!resident) return through === null ? null : { volume: old.consumption ?? '0', through }
  const { graceDays } = await readingWindow(ctx.db, country, old.takenOn)
  if (compareDates(ctx.today, addDays(lastDay(old.period), graceDays)) > 0) throw invalid('meters.monthClosed')
  return null
}
