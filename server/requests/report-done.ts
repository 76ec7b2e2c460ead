import 'server-only'
import { storeFile } from '#server/documents/store-file.ts'
import type { Context } from '#server/infra/context.ts'
import { invalid } from '#server/kernel/errors.ts'
import { moveRequest, type Moved } from '#server/requests/move-request.ts'
import { canExecuteRequest } from '#server/requests/policy.ts'
import { requestForMove } from '#server/requests/queries.ts'
import type { ReportDoneInput } from '#server/requests/schema.ts'

/** The executor says it is done and shows it: an act in words or a photo. Closing is not theirs. */
export async function reportDone(ctx: Context, input: ReportDoneInput): Promise<Moved> {
  if (input.text.length < 10 && input.photos.length === 0) throw invalid('requests.proofNeeded')
  const moved = await moveRequest(ctx, input, { move: 'reportDone', may: canExecuteRequest, note: input.text, params: { photos: String(input.photos.length) } })
  const { premisesId } = await requestForMove(ctx.db, input)
  for (const photo of input.photos) {
    await storeFile(ctx, { buildingId: input.buildingId, premisesId, kind: 'REQUEST_PHOTO', subjectType: 'request', subjectId: input.requestId, bytes: Buffer.from(photo, 'base64') })
  }
  return moved
}
