import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import { statementSubmitted } from './events.ts'
import { assertMayKeepStatements } from './policy.ts'
import { houseOfStatements } from './statements/queries.ts'
import type { SubmitStatementInput } from './statements/schema.ts'

/** The bytes as they were received: their hash is their address in the store. */
export type StatementFile = { sha256: string; size: number; format: 'CSV' | 'XLSX' }

/** A file of a bank or a provider is brought for a house. The same file again is the one that is there; nothing is posted yet. */
export async function submitStatement(ctx: Context, { file, input }: { file: StatementFile; input: SubmitStatementInput }): Promise<{ statementId: string; known: boolean }> {
  const { buildingId, statementId, kind } = input
  const source = kind === 'REGISTRY' ? input.source ?? '' : ''
  if (kind === 'REGISTRY' && source === '') throw invalid('statements.sourceNeeded')
  const house = await houseOfStatements(ctx, buildingId)
  assertMayKeepStatements(ctx.actor, house)
  const { country } = house
  if (country === null) throw notFound()
  const inserted = await asService(ctx, 'payments', inner => inner.db.$executeRaw`
    insert into statements (building_id, statement_id, kind, source, file_name, file_format, size_bytes, sha256, columns, currency, state, submitted_by)
    values (${buildingId}::uuid, ${statementId}::uuid, ${kind}, ${source}, ${input.fileName}, ${file.format}, ${file.size}::bigint, ${file.sha256}, ${JSON.stringify(input.columns ?? {})}::jsonb,
      ${jurisdictionOf(country).currency}, 'RECEIVED', ${ctx.actor.personId}::uuid) on conflict do nothing`)
  if (inserted === 0) {
    const there = await ctx.db.$queryRaw<{ statementId: string }[]>`select statement_id as "statementId" from statements where building_id = ${buildingId}::uuid and sha256 = ${file.sha256} and kind = ${kind} and source = ${source}
      and state not in ('FAILED', 'DISCARDED')`
    if (!there[0]) throw conflict('statements.idTaken')
    return { statementId: there[0].statementId, known: true }
  }
  await record(ctx, { action: 'payments.submitStatement', buildingId, subjectType: 'statement', subjectId: statementId, after: { kind, source, fileName: input.fileName, sha256: file.sha256, size: file.size } })
  if (ctx.actor.kind !== 'SERVICE') await emit(ctx, { name: statementSubmitted, buildingId, payload: { statementId } })
  return { statementId, known: false }
}
