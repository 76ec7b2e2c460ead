import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict } from '#server/kernel/errors.ts'
import { statementAccepted } from './events.ts'
import { assertMayKeepStatements } from './policy.ts'
import { findStatement, houseOfStatements, outcomesOf } from './statements/queries.ts'
import { statementLife } from './statements/rules.ts'
import type { StatementKey } from './statements/schema.ts'

/** A person has looked and says yes: what is certain is posted by the worker, the rest comes to the list of what waits. */
export async function acceptStatement(ctx: Context, { buildingId, statementId }: StatementKey): Promise<StatementKey> {
  const house = await houseOfStatements(ctx, buildingId)
  const statement = await findStatement(ctx, { buildingId, statementId })
  assertMayKeepStatements(ctx.actor, house)
  await asService(ctx, 'payments', async inner => {
    const locked = await findStatement(inner, { buildingId, statementId }, true)
    if (!statementLife.can(locked.state, 'accept')) throw conflict('statements.notWaiting')
    await inner.db.$executeRaw`update statements set state = ${statementLife.next(locked.state, 'accept')}, accepted_by = ${ctx.actor.personId}::uuid, accepted_at = app.now()
      where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid`
  })
  await record(ctx, { action: 'payments.acceptStatement', buildingId, subjectType: 'statement', subjectId: statementId, after: { sha256: statement.sha256, outcomes: await outcomesOf(ctx, { buildingId, statementId }) } })
  if (ctx.actor.kind !== 'SERVICE') await emit(ctx, { name: statementAccepted, buildingId, payload: { statementId } })
  return { buildingId, statementId }
}
