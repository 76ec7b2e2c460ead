import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { formatDate } from '#server/kernel/format.ts'
import { moveRequest, type Moved } from '#server/requests/move-request.ts'
import { canKeepTime } from '#server/requests/policy.ts'
import type { RequestInput } from '#server/requests/schema.ts'

/** Nobody said 'not done' until the day that the result named: silence closes, and the timeline says so. */
export async function closeSilent(ctx: Context, input: RequestInput): Promise<Moved> {
  return moveRequest(ctx, input, { move: 'silence', may: canKeepTime, params: { date: formatDate(ctx.today) } })
}
