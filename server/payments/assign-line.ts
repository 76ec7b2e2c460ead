import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { assertMayKeepStatements } from './policy.ts'
import { findLine, houseOfStatements } from './statements/queries.ts'
import type { AssignLineInput } from './statements/schema.ts'
import { settleLine } from './statements/settle.ts'

/** A person says whose money it is: the whole sum of the line pays that account or invoice. */
export async function assignLine(ctx: Context, input: AssignLineInput): Promise<{ paymentIds: string[] }> {
  const { buildingId, statementId, row, number } = input
  const house = await houseOfStatements(ctx, buildingId)
  const line = await findLine(ctx, input)
  assertMayKeepStatements(ctx.actor, house)
  const paymentIds = await asService(ctx, 'payments', async inner => {
    const locked = await findLine(inner, input, true)
    if (locked.state !== 'EXCEPTION') throw conflict('statements.lineSettled')
    const made = await settleLine(inner, locked, [{ number, amount: locked.amount }])
    await inner.db.$executeRaw`update statement_lines l set number = ${number}, decided_by = ${ctx.actor.personId}::uuid, decided_at = app.now(), known_payment_id = null, account_id = t.account_id, invoice_id = t.invoice_id
      from payment_transactions t where t.building_id = l.building_id and t.payment_id = ${made[0] ?? null}::uuid and l.building_id = ${buildingId}::uuid and l.statement_id = ${statementId}::uuid and l.row_number = ${row}::bigint`
    return made
  })
  await record(ctx, { action: 'payments.assignLine', buildingId, subjectType: 'statementLine', subjectId: `${statementId}/${row}`, before: { state: line.state, problem: line.problem }, after: { state: 'POSTED', number, amount: line.amount, paymentIds } })
  return { paymentIds }
}
