import 'server-only'
import { record } from '#server/audit/record.ts'
import { serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { applyChunk } from './applying/queries.ts'
import { mappingOf } from './mappings/all.ts'
import { assertMachine } from './policy.ts'
import { findBatch, type Batch, type BatchWork } from './queries.ts'
import { batchMachine } from './rules.ts'
import { targets } from './schema.ts'

/**
 * Writes the good rows of an accepted batch, some thousands in a transaction, houses before their flats. Killed in
 * between, it goes on with the rows that are left; run again after its end, it changes nothing.
 */
export async function importBatch(request: RequestScope, { batchId, onProgress = () => undefined }: BatchWork): Promise<Batch> {
  const batch = await serviceTransaction('imports', ctx => findBatch(ctx, batchId), request)
  if (batch.state === 'DONE') return batch
  const mapping = mappingOf(batch.mapping)
  for (const target of targets) {
    for (;;) {
      const applied = await serviceTransaction('imports', async ctx => {
        const locked = await findBatch(ctx, batchId, true)
        assertMachine(ctx.actor, locked)
        // Another worker that was thought dead has finished it meanwhile.
        if (locked.state === 'DONE') return { rows: 0, all: locked.rowsApplied }
        if (!batchMachine.isState(locked.state)) throw new Error(`unknown state ${locked.state}`)
        batchMachine.next(locked.state, 'apply')
        const rows = await applyChunk(ctx, locked, { mapping, target })
        await ctx.db.$executeRaw`update import_batches set rows_applied = rows_applied + ${rows}::bigint where building_id = ${batch.buildingId}::uuid and batch_id = ${batchId}::uuid`
        return { rows, all: locked.rowsApplied + rows }
      }, request)
      if (applied.rows === 0) break
      onProgress(applied.all)
    }
  }
  return serviceTransaction('imports', ctx => close(ctx, batchId), request)
}

/** One entry of the trail for the whole batch; each written row carries the batch's id. */
async function close(ctx: Context, batchId: string): Promise<Batch> {
  const batch = await findBatch(ctx, batchId, true)
  if (batch.state === 'DONE') return batch
  if (!batchMachine.isState(batch.state)) throw new Error(`unknown state ${batch.state}`)
  await ctx.db.$executeRaw`delete from import_rows where building_id = ${batch.buildingId}::uuid and batch_id = ${batchId}::uuid`
  await ctx.db.$executeRaw`update import_batches set state = ${batchMachine.next(batch.state, 'finish')}, finished_at = app.now() where building_id = ${batch.buildingId}::uuid and batch_id = ${batchId}::uuid`
  await record(ctx, { action: 'imports.importBatch', buildingId: null, subjectType: 'batch', subjectId: batchId,
    after: { mapping: batch.mapping, sha256: batch.sha256, counts: batch.options.counts, applied: batch.rowsApplied, by: batch.createdBy } })
  return findBatch(ctx, batchId)
}
