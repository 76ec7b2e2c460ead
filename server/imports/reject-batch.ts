import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { assertMayHandle } from './policy.ts'
import { findBatch } from './queries.ts'
import { batchMachine } from './rules.ts'
import { noHouse } from './schema.ts'
import { clearStaged } from './staging/queries.ts'

/** A person has looked and says no: nothing is written; the batch and its findings stay in the list. */
export async function rejectBatch(ctx: Context, { batchId }: { batchId: string }): Promise<{ batchId: string }> {
  const batch = await findBatch(ctx, batchId)
  assertMayHandle(ctx.actor)
  await asService(ctx, 'imports', async inner => {
    const locked = await findBatch(inner, batchId, true)
    if (!batchMachine.isState(locked.state) || !batchMachine.can(locked.state, 'reject')) throw conflict('imports.notWaiting')
    await clearStaged(inner, { ...batch })
    await inner.db.$executeRaw`update import_batches set state = ${batchMachine.next(locked.state, 'reject')}, finished_at = app.now() where building_id = ${batch.buildingId}::uuid and batch_id = ${batchId}::uuid`
  })
  await record(ctx, { action: 'imports.rejectBatch', buildingId: batch.buildingId === noHouse ? null : batch.buildingId, subjectType: 'batch', subjectId: batchId, after: { sha256: batch.sha256 } })
  return { batchId }
}
