import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { assertMayKeepStatements } from './policy.ts'
import { findLine, houseOfStatements } from './statements/queries.ts'
import type { RejectLineInput } from './statements/schema.ts'

/** Not a resident's payment: somebody else's, a provider's lump, money of the house itself, given back. Why is said in words and stays. */
export async function rejectLine(ctx: Context, input: RejectLineInput): Promise<void> {
  const { buildingId, statementId, row, reason, note } = input
  const house = await houseOfStatements(ctx, buildingId)
  const line = await findLine(ctx, input)
  assertMayKeepStatements(ctx.actor, house)
  await asService(ctx, 'payments', async inner => {
    const done = await inner.db.$executeRaw`update statement_lines set state = 'REJECTED', reason = ${reason}, note = ${note}, decided_by = ${ctx.actor.personId}::uuid, decided_at = app.now()
      where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid and row_number = ${row}::bigint and kept and state = 'EXCEPTION'`
    if (done === 0) throw conflict('statements.lineSettled')
  })
  await record(ctx, { action: 'payments.rejectLine', buildingId, subjectType: 'statementLine', subjectId: `${statementId}/${row}`, ground: note, before: { state: line.state, problem: line.problem }, after: { state: 'REJECTED', reason } })
}
