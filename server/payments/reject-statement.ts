import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { assertMayKeepStatements } from './policy.ts'
import { findStatement, houseOfStatements } from './statements/queries.ts'
import { statementLife } from './statements/rules.ts'
import type { StatementKey } from './statements/schema.ts'
import { forgetLines } from './statements/staging.ts'

/** A person has looked and says no: the lines are forgotten, nothing was posted. */
export async function rejectStatement(ctx: Context, { buildingId, statementId }: StatementKey): Promise<StatementKey> {
  const house = await houseOfStatements(ctx, buildingId)
  const statement = await findStatement(ctx, { buildingId, statementId })
  assertMayKeepStatements(ctx.actor, house)
  await asService(ctx, 'payments', async inner => {
    const locked = await findStatement(inner, { buildingId, statementId }, true)
    if (!statementLife.can(locked.state, 'reject')) throw conflict('statements.notWaiting')
    await forgetLines(inner, { buildingId, statementId })
    await inner.db.$executeRaw`update statements set state = ${statementLife.next(locked.state, 'reject')}, finished_at = app.now() where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid`
  })
  await record(ctx, { action: 'payments.rejectStatement', buildingId, subjectType: 'statement', subjectId: statementId, after: { sha256: statement.sha256 } })
  return { buildingId, statementId }
}
