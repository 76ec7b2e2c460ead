import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { sha256 } from '#server/infra/crypto.ts'
import { conflict } from '#server/kernel/errors.ts'
import { canSubmitReading } from '#server/meters/policy.ts'
import { meterById, storedReading } from '#server/meters/queries.ts'
import type { SubmitReadingInput, SubmittedReading } from '#server/meters/schema.ts'
import { lockMeter, storeReading } from '#server/meters/store-reading.ts'

/** A reading from the phone or the desk. The same id and content again is the same reading, however often it arrives. */
export async function submitReading(ctx: Context, input: SubmitReadingInput): Promise<SubmittedReading> {
  const meter = await meterById(ctx.db, input.buildingId, input.meterId)
  canSubmitReading(ctx.actor, meter, input.onBehalf !== undefined)
  await lockMeter(ctx, meter.meterId)
  const contentHash = sha256(JSON.stringify([meter.meterId, input.values, input.takenOn, input.photos.map(sha256)]))
  const stored = await storedReading(ctx.db, input.readingId)
  if (stored) {
    if (stored.contentHash !== contentHash) throw conflict('meters.readingIdTaken')
    const { contentHash: _, buildingId: __, ...result } = stored
    return result
  }
  const { readingId, values, takenOn, confirmed, ifAsked, onBehalf } = input
  const result = await storeReading(ctx, { readingId, meter, values, takenOn, confirmed, ifAsked, onBehalf, contentHash, submittedAt: new Date(input.submittedAt) })
  return result
}
