import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { formatDate } from '#server/kernel/format.ts'
import { conflict } from '#server/kernel/errors.ts'
import { moveRequest, type Moved } from '#server/requests/move-request.ts'
import { canAnswerRequest } from '#server/requests/policy.ts'
import { requestForMove } from '#server/requests/queries.ts'
import { endOf } from '#server/requests/rules.ts'
import type { ReasonInput } from '#server/requests/schema.ts'
import { termFor, workingCalendar } from '#server/requests/terms/queries.ts'

/** Once, by the term of the law, with a reason that the applicant reads. The first deadline stays visible. */
export async function extendDeadline(ctx: Context, input: ReasonInput): Promise<Moved> {
  const { country, category, kind, emergency, dueOn, extendedTo } = await requestForMove(ctx.db, input)
  if (extendedTo !== null) throw conflict('requests.alreadyExtended')
  const term = await termFor(ctx.db, 'EXTENSION', { country, category, kind, emergency, on: ctx.today })
  const to = endOf(dueOn, term, await workingCalendar(ctx.db, country, dueOn))
  return moveRequest(ctx, input, { move: 'extend', may: canAnswerRequest, note: input.reason, params: { date: formatDate(to) }, extendedTo: to })
}
