import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { formatDate } from '#server/kernel/format.ts'
import { moveRequest, type Moved } from '#server/requests/move-request.ts'
import { canAnswerRequest } from '#server/requests/policy.ts'
import type { AnswerRequestInput } from '#server/requests/schema.ts'

/** A public answer in words; the event carries it to everybody who waits. */
export async function answerRequest(ctx: Context, input: AnswerRequestInput): Promise<Moved> {
  return moveRequest(ctx, input, { move: 'answer', may: canAnswerRequest, note: input.text, params: { date: formatDate(ctx.today) } })
}
