import 'server-only'
import { record } from '#server/audit/record.ts'
import { serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { DomainError, invalid } from '#server/kernel/errors.ts'
import { formatDate } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import { assertMachine } from './policy.ts'
import { accountOfStatement } from './statements/bank-accounts.ts'
import { findStatement, type StatementRow } from './statements/queries.ts'
import { readFileLines, type WholeHead } from './statements/read.ts'
import { statementLife } from './statements/rules.ts'
import type { ReadLine, StatementKey } from './statements/schema.ts'
import { forgetLines, numberAlike, stageLines } from './statements/staging.ts'

const judgedAtOnce = 20_000

/**
 * Reads a file line by line, proves its balance, keeps what it understood and judges each line. Nothing is posted.
 * Interrupted, it begins again; refused, it leaves one sentence and no line.
 */
export async function importStatement(request: RequestScope, key: StatementKey): Promise<StatementRow> {
  const attempt = newId()
  const statement = await serviceTransaction('payments', async ctx => {
    const found = await findStatement(ctx, key, true)
    assertMachine(ctx.actor)
    await forgetLines(ctx, key)
    await ctx.db.$executeRaw`update statements set state = ${statementLife.next(found.state, 'read')}, attempt = ${attempt}::uuid, lines = 0
      where building_id = ${key.buildingId}::uuid and statement_id = ${key.statementId}::uuid`
    return found
  }, request)
  try {
    const head = await stageFile({ request, statement, attempt })
    await judge({ request, statement, attempt })
    return await finish({ request, statement, attempt }, head)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return fail({ request, statement, attempt }, error)
  }
}

type Work = { request: RequestScope; statement: StatementRow; attempt: string }

const tookOver = ({ statement }: Work) => new Error(`another reading of statement ${statement.statementId} took over`)

async function stageFile(work: Work): Promise<WholeHead> {
  const { request, statement, attempt } = work
  const { buildingId, statementId, country, source } = statement
  const batches = readFileLines({ sha256: statement.sha256, format: statement.fileFormat, kind: statement.kind, columns: statement.columns, country })
  for (let read = 0, next = await batches.next(); ; next = await batches.next()) {
    if (next.done) return next.value
    const { account, lines } = next.value
    read += lines.length
    await serviceTransaction('payments', async ctx => {
      // A worker that was thought dead must not mix its lines with those of the one that took over.
      const mine = await ctx.db.$executeRaw`update statements set lines = ${read}::bigint where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid and state = 'READING' and attempt = ${attempt}::uuid`
      if (mine === 0) throw tookOver(work)
      assertNotFuture(lines, ctx)
      await stageLines(ctx, { buildingId, statementId, accountKey: source === '' ? account : source, country, source }, lines)
    }, request)
  }
}

function assertNotFuture(lines: readonly ReadLine[], ctx: Context): void {
  const future = lines.find(line => line.date > ctx.today)
  if (future) throw invalid('statements.futureDate', { row: future.row, date: formatDate(future.date) })
}

async function judge({ request, statement: { buildingId, statementId } }: Work): Promise<void> {
  const last = await serviceTransaction('payments', async ctx => {
    await numberAlike(ctx, { buildingId, statementId })
    return lastRow(ctx, { buildingId, statementId })
  }, request)
  for (let from = 1; from <= last; from += judgedAtOnce) {
    await serviceTransaction('payments', ctx => ctx.db.$executeRaw`select app.judge_statement_lines(${buildingId}::uuid, ${statementId}::uuid, ${from}::bigint, ${from + judgedAtOnce - 1}::bigint)`, request)
  }
}

async function lastRow(ctx: Context, { buildingId, statementId }: StatementKey): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ last: number }[]>`select coalesce(max(row_number), 0)::float8 as last from statement_lines where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid`
  return rows[0]?.last ?? 0
}

async function finish(work: Work, head: WholeHead): Promise<StatementRow> {
  const { request, statement, attempt } = work
  const { buildingId, statementId, kind, currency } = statement
  return serviceTransaction('payments', async ctx => {
    if (head.currency !== null && head.currency !== currency) throw invalid('statements.otherCurrency', { currency: head.currency })
    const account = await accountOfStatement(ctx, { buildingId, number: head.account })
    if (kind === 'STATEMENT' && account.id === null) throw invalid(account.withdrawn ? 'statements.accountWithdrawn' : 'statements.accountUnknown', { account: head.account })
    // Only the reading that staged the lines says that they are all there.
    const mine = await ctx.db.$executeRaw`update statements set state = ${statementLife.next('READING', 'understood')}, encoding = ${head.encoding}, dialect = ${head.dialect}, account = ${head.account}, bank_account_id = ${account.id}::uuid,
        period_from = ${head.from}::date, period_to = ${head.to}::date, opening = ${head.opening}::bigint, turnover_in = ${head.turnoverIn}::bigint, turnover_out = ${head.turnoverOut}::bigint, closing = ${head.closing}::bigint,
        lines = ${head.lines}::bigint, broken_rows = ${[...head.broken ?? []]}::bigint[], read_at = app.now() where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid and state = 'READING' and attempt = ${attempt}::uuid
        and ${head.lines}::bigint = (select count(*) from statement_lines l where l.building_id = ${buildingId}::uuid and l.statement_id = ${statementId}::uuid)`
    if (mine === 0) throw tookOver(work)
    await record(ctx, { action: 'payments.importStatement', buildingId, subjectType: 'statement', subjectId: statementId, after: { lines: head.lines, in: head.turnoverIn, out: head.turnoverOut, ...(head.broken?.length ? { broken: head.broken.length } : {}) } })
    return findStatement(ctx, { buildingId, statementId })
  }, request)
}

/** Refused as a whole: the sentence stays, the lines do not. */
async function fail(work: Work, error: DomainError): Promise<StatementRow> {
  const { request, statement: { buildingId, statementId }, attempt } = work
  return serviceTransaction('payments', async ctx => {
    const mine = await ctx.db.$executeRaw`update statements set state = ${statementLife.next('READING', 'fail')}, failure = ${error.code}, failure_params = ${JSON.stringify(error.params)}::jsonb, finished_at = app.now()
      where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid and state = 'READING' and attempt = ${attempt}::uuid`
    if (mine === 0) throw tookOver(work)
    await forgetLines(ctx, { buildingId, statementId })
    await record(ctx, { action: 'payments.importStatement', buildingId, subjectType: 'statement', subjectId: statementId, after: { failure: error.code } })
    return findStatement(ctx, { buildingId, statementId })
  }, request)
}
