import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { moveRequest, type Moved } from '#server/requests/move-request.ts'
import { canSettleRequest } from '#server/requests/policy.ts'
import type { ResultInput } from '#server/requests/schema.ts'

/** The resident says it is done: only this, or silence, closes. */
export async function acceptResult(ctx: Context, input: ResultInput): Promise<Moved> {
  return moveRequest(ctx, input, { move: 'accept', may: canSettleRequest, note: input.text, onBehalf: input.onBehalfOf })
}
