import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import { assertMayKeepStatements } from './policy.ts'
import { findLine, houseOfStatements } from './statements/queries.ts'
import type { LinkLineInput } from './statements/schema.ts'

/** A person says that the money of this line is known already: nothing is posted a second time. */
export async function linkLine(ctx: Context, input: LinkLineInput): Promise<void> {
  const { buildingId, statementId, row, paymentId } = input
  const house = await houseOfStatements(ctx, buildingId)
  const line = await findLine(ctx, input)
  assertMayKeepStatements(ctx.actor, house)
  await asService(ctx, 'payments', async inner => {
    const locked = await findLine(inner, input, true)
    if (locked.state !== 'EXCEPTION') throw conflict('statements.lineSettled')
    const [payment] = await inner.db.$queryRaw<{ amount: bigint; state: string }[]>`select amount, state from payment_transactions
      where building_id = ${buildingId}::uuid and payment_id = ${paymentId}::uuid for no key update`
    if (!payment) throw notFound('payments.paymentNotFound')
    if (payment.amount !== locked.amount) throw invalid('statements.linkAmount')
    if (payment.state !== 'PAID') throw conflict('payments.notPaid')
    await inner.db.$executeRaw`insert into statement_settlements (building_id, statement_id, row_number, part, payment_id, linked)
      select ${buildingId}::uuid, ${statementId}::uuid, ${row}::bigint, coalesce(max(z.part), 0) + 1, ${paymentId}::uuid, true from statement_settlements z
       where z.building_id = ${buildingId}::uuid and z.statement_id = ${statementId}::uuid and z.row_number = ${row}::bigint`
      .catch((error: unknown) => { throw sqlState(error) === uniqueViolation ? conflict('statements.paymentLinked') : error })
    await inner.db.$executeRaw`update statement_lines set state = 'KNOWN', known_payment_id = ${paymentId}::uuid, decided_by = ${ctx.actor.personId}::uuid, decided_at = app.now()
      where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid and row_number = ${row}::bigint`
  })
  await record(ctx, { action: 'payments.linkLine', buildingId, subjectType: 'statementLine', subjectId: `${statementId}/${row}`, before: { state: line.state, problem: line.problem }, after: { state: 'KNOWN', paymentId } })
}
