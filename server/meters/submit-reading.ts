import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { sha256 } from '#server/infra/crypto.ts'
import { storeFile } from '#server/documents/store-file.ts'
import { conflict, DomainError } from '#server/kernel/errors.ts'
import { canSubmitReading } from '#server/meters/policy.ts'
import { lockMeter, type Meter, meterById, storedReading } from '#server/meters/queries.ts'
import type { SubmitReadingInput, SubmittedReading } from '#server/meters/schema.ts'
import { storeReading } from '#server/meters/store-reading.ts'

/** A reading from the phone or the desk. The same id and content again is the same reading, however often it arrives. */
export async function submitReading(ctx: Context, input: SubmitReadingInput): Promise<SubmittedReading> {
  const meter = await meterById(ctx.db, input.buildingId, input.meterId)
  canSubmitReading(ctx.actor, meter, input.onBehalf !== undefined)
  await lockMeter(ctx.db, meter)
  const contentHash = sha256(JSON.stringify([meter.meterId, input.values, input.takenOn, input.photos.map(sha256)]))
  const stored = await storedReading(ctx.db, input.readingId)
  if (stored) {
    if (stored.contentHash !== contentHash) throw conflict('meters.readingIdTaken')
    const { contentHash: _, buildingId: __, ...result } = stored
    return result
  }
  const { readingId, values, takenOn, confirmed, ifAsked, onBehalf } = input
  const result = await storeReading(ctx, { readingId, meter, values, takenOn, confirmed, ifAsked, onBehalf, contentHash, submittedAt: new Date(input.submittedAt) })
  const photoFileId = await keepPhoto(ctx, meter, { ...result, photo: input.photos[0] })
  return { ...result, photoFileId }
}

/** A photo that cannot be read must not cost the reading: it is left out, and the answer says so. */
async function keepPhoto(ctx: Context, meter: Meter, reading: SubmittedReading & { photo: string | undefined }): Promise<string | null> {
  if (reading.photo === undefined) return null
  try {
    const file = await storeFile(ctx, {
      buildingId: meter.buildingId, premisesId: meter.premisesId, kind: 'METER_PHOTO', subjectType: 'reading', subjectId: reading.readingId, bytes: Buffer.from(reading.photo, 'base64') })
    await ctx.db.$executeRaw`update readings set photo_file_id = ${file.fileId}::uuid where building_id = ${meter.buildingId}::uuid and meter_id = ${meter.meterId}::uuid
      and taken_on = ${reading.takenOn}::date and reading_id = ${reading.readingId}::uuid`
    return file.fileId
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'invalid') return null
    throw error
  }
}
