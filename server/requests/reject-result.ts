import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { moveRequest, type Moved } from '#server/requests/move-request.ts'
import { canSettleRequest } from '#server/requests/policy.ts'
import type { ResultInput } from '#server/requests/schema.ts'

/** 'Not done': opened again, the term of the law stays where it was (AT-UZ-13). */
export async function rejectResult(ctx: Context, input: ResultInput): Promise<Moved> {
  return moveRequest(ctx, input, { move: 'reject', may: canSettleRequest, note: input.text, onBehalf: input.onBehalfOf })
}
