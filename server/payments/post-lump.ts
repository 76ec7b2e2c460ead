import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { assertMayKeepStatements } from './policy.ts'
import { findLine, houseOfStatements } from './statements/queries.ts'
import type { LineKey } from './statements/schema.ts'

const refusals: Record<string, 'statements.lumpTooLarge' | 'statements.lumpElsewhere'> = { LUMP_TOO_LARGE: 'statements.lumpTooLarge', LUMP_ELSEWHERE: 'statements.lumpElsewhere' }

/** A transfer of a provider that was more than it owed: tried again once the payments it is made of have come. */
export async function postLump(ctx: Context, key: LineKey): Promise<void> {
  const { buildingId, statementId, row } = key
  const house = await houseOfStatements(ctx, buildingId)
  const line = await findLine(ctx, key)
  assertMayKeepStatements(ctx.actor, house)
  await asService(ctx, 'payments', async inner => {
    const locked = await findLine(inner, key, true)
    if (locked.state !== 'EXCEPTION') throw conflict('statements.lineSettled')
    if (locked.provider === null || locked.source !== '') throw conflict('statements.notALump')
    const [answer] = await inner.db.$queryRaw<{ why: string | null }[]>`select app.post_provider_lump(l) as why from statement_lines l
      where l.building_id = ${buildingId}::uuid and l.statement_id = ${statementId}::uuid and l.row_number = ${row}::bigint`
    const refusal = refusals[answer?.why ?? '']
    if (refusal !== undefined) throw conflict(refusal)
    await inner.db.$executeRaw`update statement_lines set state = 'PROVIDER', problem = null, decided_by = ${ctx.actor.personId}::uuid, decided_at = app.now()
      where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid and row_number = ${row}::bigint`
  })
  await record(ctx, { action: 'payments.postLump', buildingId, subjectType: 'statementLine', subjectId: `${statementId}/${row}`, before: { state: line.state, problem: line.problem }, after: { state: 'PROVIDER', amount: line.amount } })
}
