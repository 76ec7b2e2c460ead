import 'server-only'
import { record } from '#server/audit/record.ts'
import { serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { DomainError } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { personalIdHash, sealPersonalId } from '#server/premises/owners/write.ts'
import type { FileRow } from './files/records.ts'
import { openRows, pathOfFile } from './files/open.ts'
import { judgeBatch, tallyBatch } from './judging/queries.ts'
import { mappingOf } from './mappings/all.ts'
import { understandRow, unreadRow, type Place } from './parts/rules.ts'
import { assertMachine } from './policy.ts'
import { findBatch, type Batch, type BatchWork } from './queries.ts'
import { batchMachine, planColumns, type ColumnPlan } from './rules.ts'
import type { Cell, Finding, Mapping, StagedRow } from './schema.ts'
import { clearStaged, keepFindings, stageRows } from './staging/queries.ts'

const rowsAtOnce = 2000
const mostFindings = 100_000

/**
 * Reads the file row by row, keeps what it understood, and compares it with the register: what is new, changed, the
 * same, refused and why. The register itself is not touched. Interrupted, it begins again.
 */
export async function reconcileBatch(request: RequestScope, { batchId, onProgress = () => undefined }: BatchWork): Promise<Batch> {
  const attempt = newId()
  const batch = await step({ request, batchId }, async (ctx, found) => {
    await clearStaged(ctx, found)
    await ctx.db.$executeRaw`update import_batches set state = ${batchMachine.next(stateOf(found), 'read')}, rows_read = 0, options = options || ${JSON.stringify({ attempt })}::jsonb where building_id = ${found.buildingId}::uuid and batch_id = ${batchId}::uuid`
  })
  const mapping = mappingOf(batch.mapping)
  try {
    await stageFile({ request, batch, attempt, mapping, onProgress })
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return fail({ request, batchId }, error)
  }
  await serviceTransaction('imports', ctx => judgeBatch(ctx, batch, mapping), request)
  return step({ request, batchId }, (ctx, found) => finish(ctx, found))
}

function stateOf(batch: Batch) {
  if (!batchMachine.isState(batch.state)) throw new Error(`unknown state ${batch.state}`)
  return batch.state
}

/** One transaction of the machine over the locked batch; returns it as it is afterwards. */
type At = { request: RequestScope; batchId: string }

async function step({ request, batchId }: At, work: (ctx: Context, batch: Batch) => Promise<void>): Promise<Batch> {
  return serviceTransaction('imports', async ctx => {
    const batch = await findBatch(ctx, batchId, true)
    assertMachine(ctx.actor, batch)
    await work(ctx, batch)
    return findBatch(ctx, batchId)
  }, request)
}

function placeOf(batch: Batch, today: string): Place {
  return { country: batch.options.country, today, houseKey: '', serial: batch.options.serial ?? null }
}

type Reading = { request: RequestScope; batch: Batch; attempt: string; mapping: Mapping; onProgress: (rows: number) => void }

async function stageFile({ request, batch, attempt, mapping, onProgress }: Reading): Promise<void> {
  const file = await openRows(pathOfFile(batch.sha256), batch.fileFormat, mapping.delimiter)
  const today = await serviceTransaction('imports', ctx => Promise.resolve(ctx.today), request)
  const place = placeOf(batch, today)
  let plan: ColumnPlan | null = null
  let staged: StagedRow[] = []
  let findings: Finding[] = []
  let read = 0
  let told = 0
  const flush = async () => {
    const kept = findings.slice(0, Math.max(0, mostFindings - told))
    told += kept.length
    await serviceTransaction('imports', async ctx => {
      const mine = await ctx.db.$executeRaw`update import_batches set rows_read = ${read}::bigint
        where building_id = ${batch.buildingId}::uuid and batch_id = ${batch.batchId}::uuid and state = 'READING' and options ->> 'attempt' = ${attempt}`
      // A worker that was thought dead must not mix its rows with those of the one that took over.
      if (mine === 0) throw new Error(`another reading of batch ${batch.batchId} took over`)
      await stageRows(ctx, batch, staged.map(row => sealed(row, batch)))
      await keepFindings(ctx, batch, kept)
    }, request)
    staged = []
    findings = []
    onProgress(read)
  }
  for await (const row of file.rows) {
    if (row.broken === undefined && row.cells.every(isEmpty)) continue
    if (plan === null) {
      if (row.broken !== undefined) throw new DomainError('invalid', 'imports.brokenCsv', { row: row.row })
      plan = await headerOf({ request, batch, mapping }, { row, encoding: file.encoding })
      continue
    }
    const understood = row.broken === undefined ? understandRow(row, { plan, mapping, place }) : unreadRow(row.row, { mapping, place })
    staged.push(...understood.staged)
    findings.push(...understood.findings)
    read += 1
    if (staged.length >= rowsAtOnce) await flush()
  }
  if (plan === null) throw new DomainError('invalid', 'imports.emptyFile')
  await flush()
}

function isEmpty(cell: Cell): boolean {
  return cell === null || (typeof cell === 'string' && cell.trim() === '')
}

/** The first row with anything in it names the columns; without a needed one the file is not read at all. */
async function headerOf({ request, batch, mapping }: Pick<Reading, 'request' | 'batch' | 'mapping'>, { row, encoding }: { row: FileRow; encoding: string }): Promise<ColumnPlan> {
  const headers = row.cells.map(cell => (typeof cell === 'string' ? cell : cell === null ? '' : typeof cell === 'object' && 'number' in cell ? cell.number : ''))
  const plan = planColumns(headers, mapping)
  if (plan.missing.length > 0) throw new DomainError('invalid', 'imports.columnsMissing', { columns: plan.missing.join(', ') })
  if (plan.repeated.length > 0) throw new DomainError('invalid', 'imports.columnsRepeated', { columns: plan.repeated.join(', ') })
  await serviceTransaction('imports', ctx => ctx.db.$executeRaw`update import_batches set options = options || ${JSON.stringify({ encoding, ignored: plan.unknown })}::jsonb
    where building_id = ${batch.buildingId}::uuid and batch_id = ${batch.batchId}::uuid`, request)
  return plan
}

/** Personal numbers never lie in the open, not even between reading and writing. */
function sealed(row: StagedRow, batch: Batch): StagedRow {
  if (row.target !== 'OWNER' || typeof row.payload['personal_id'] !== 'string') return row
  const { personal_id: personalId, ...payload } = row.payload
  const hash = personalIdHash(batch.options.country, String(personalId))
  return { ...row, itemKey: hash, payload: { ...payload, personal_id_hash: hash, personal_id_sealed: sealPersonalId(String(personalId)) } }
}

async function finish(ctx: Context, batch: Batch): Promise<void> {
  const { counts, flagged } = await tallyBatch(ctx, batch)
  const sum = (outcome: 'NEW' | 'CHANGED' | 'SAME' | 'REFUSED') => Object.values(counts).reduce((all, each) => all + (each[outcome] ?? 0), 0)
  await ctx.db.$executeRaw`update import_batches set state = ${batchMachine.next(stateOf(batch), 'understood')}, read_at = app.now(), options = options || ${JSON.stringify({ counts })}::jsonb,
      rows_new = ${sum('NEW')}::bigint, rows_changed = ${sum('CHANGED')}::bigint, rows_same = ${sum('SAME')}::bigint, rows_refused = ${sum('REFUSED')}::bigint, rows_flagged = ${flagged}::bigint
    where building_id = ${batch.buildingId}::uuid and batch_id = ${batch.batchId}::uuid`
  await record(ctx, { action: 'imports.reconcileBatch', buildingId: null, subjectType: 'batch', subjectId: batch.batchId, after: { counts, flagged } })
}

async function fail({ request, batchId }: At, error: DomainError): Promise<Batch> {
  return step({ request, batchId }, async (ctx, batch) => {
    await clearStaged(ctx, batch)
    await ctx.db.$executeRaw`update import_batches set state = ${batchMachine.next(stateOf(batch), 'fail')}, failure = ${error.code}, finished_at = app.now(),
        options = options || ${JSON.stringify({ failureParams: error.params })}::jsonb where building_id = ${batch.buildingId}::uuid and batch_id = ${batchId}::uuid`
    await record(ctx, { action: 'imports.reconcileBatch', buildingId: null, subjectType: 'batch', subjectId: batchId, after: { failure: error.code } })
  })
}
