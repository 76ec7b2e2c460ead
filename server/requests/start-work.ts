import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { moveRequest, type Moved } from '#server/requests/move-request.ts'
import { canExecuteRequest } from '#server/requests/policy.ts'
import type { RequestInput } from '#server/requests/schema.ts'

/** The executor has taken it up. */
export async function startWork(ctx: Context, input: RequestInput): Promise<Moved> {
  return moveRequest(ctx, input, { move: 'start', may: canExecuteRequest })
}
