import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { assertMayKeepStatements } from './policy.ts'
import { findDifference } from './reconciliation/queries.ts'
import { houseOfStatements } from './statements/queries.ts'
import type { AnswerDifferenceInput } from './statements/schema.ts'

/** A difference is explained once, in words; money moves elsewhere, by its own act. */
export async function answerDifference(ctx: Context, { buildingId, differenceId, explanation }: AnswerDifferenceInput): Promise<void> {
  const house = await houseOfStatements(ctx, buildingId)
  const difference = await findDifference(ctx, buildingId, differenceId)
  if (!difference) throw notFound('statements.differenceNotFound')
  assertMayKeepStatements(ctx.actor, house)
  const done = await asService(ctx, 'payments', inner => inner.db.$executeRaw`update reconciliation_differences set explanation = ${explanation}, explained_by = ${ctx.actor.personId}::uuid, explained_at = app.now()
    where building_id = ${buildingId}::uuid and difference_id = ${differenceId}::uuid and explained_at is null`)
  if (done === 0) throw conflict('statements.explained')
  await record(ctx, { action: 'payments.answerDifference', buildingId, subjectType: 'difference', subjectId: differenceId, ground: explanation, before: { class: difference.class, subject: difference.subject } })
}
