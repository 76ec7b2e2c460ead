import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { assertMayKeepStatements } from './policy.ts'
import { findLine, houseOfStatements } from './statements/queries.ts'
import { sumText } from './statements/rules.ts'
import type { SplitLineInput } from './statements/schema.ts'
import { settleLine } from './statements/settle.ts'

/** One transfer for several accounts: its parts make the whole, to the last hundredth. */
export async function splitLine(ctx: Context, input: SplitLineInput): Promise<{ paymentIds: string[] }> {
  const { buildingId, statementId, row, parts } = input
  const house = await houseOfStatements(ctx, buildingId)
  const line = await findLine(ctx, input)
  assertMayKeepStatements(ctx.actor, house)
  const told = parts.reduce((sum, part) => sum + part.amount, 0n)
  if (told !== line.amount) throw invalid('statements.partsDiffer', { told: sumText(told), whole: sumText(line.amount) })
  const paymentIds = await asService(ctx, 'payments', async inner => {
    const locked = await findLine(inner, input, true)
    if (locked.state !== 'EXCEPTION') throw conflict('statements.lineSettled')
    const made = await settleLine(inner, locked, parts)
    await inner.db.$executeRaw`update statement_lines set decided_by = ${ctx.actor.personId}::uuid, decided_at = app.now(), known_payment_id = null, number = null, account_id = null, invoice_id = null
      where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid and row_number = ${row}::bigint`
    return made
  })
  await record(ctx, { action: 'payments.splitLine', buildingId, subjectType: 'statementLine', subjectId: `${statementId}/${row}`, before: { state: line.state, problem: line.problem }, after: { state: 'POSTED', parts, paymentIds } })
  return { paymentIds }
}
