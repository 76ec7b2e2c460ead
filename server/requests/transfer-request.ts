import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { moveRequest, type Moved } from '#server/requests/move-request.ts'
import { canAnswerRequest } from '#server/requests/policy.ts'
import type { ReasonInput } from '#server/requests/schema.ts'

/** Not ours: passed to the body that is competent, named in the reason, and the applicant is told. */
export async function transferRequest(ctx: Context, input: ReasonInput): Promise<Moved> {
  return moveRequest(ctx, input, { move: 'transfer', may: canAnswerRequest, note: input.reason })
}
