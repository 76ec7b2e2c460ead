import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { moveRequest, type Moved } from '#server/requests/move-request.ts'
import { canExecuteRequest } from '#server/requests/policy.ts'
import type { ReasonInput } from '#server/requests/schema.ts'

/** Left without consideration (ZRU-445, art. 29): the conclusion is the management's, not the desk's, and the applicant reads it. */
export async function declineRequest(ctx: Context, input: ReasonInput): Promise<Moved> {
  return moveRequest(ctx, input, { move: 'decline', may: canExecuteRequest, note: input.reason })
}
