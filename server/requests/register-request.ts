import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { moveRequest, type Moved } from '#server/requests/move-request.ts'
import { canKeepTime } from '#server/requests/policy.ts'
import type { RequestInput } from '#server/requests/schema.ts'

/** Received after hours or on a rest day: registered when the next working day begins. */
export async function registerRequest(ctx: Context, input: RequestInput): Promise<Moved> {
  return moveRequest(ctx, input, { move: 'register', may: canKeepTime })
}
