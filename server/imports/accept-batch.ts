import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict } from '#server/kernel/errors.ts'
import { batchAccepted } from './events.ts'
import { assertMayHandle } from './policy.ts'
import { findBatch } from './queries.ts'
import { batchMachine } from './rules.ts'
import { noHouse } from './schema.ts'

/** A person has looked and says yes: the good rows are written by the worker. */
export async function acceptBatch(ctx: Context, { batchId }: { batchId: string }): Promise<{ batchId: string }> {
  const batch = await findBatch(ctx, batchId)
  assertMayHandle(ctx.actor)
  await asService(ctx, 'imports', async inner => {
    const locked = await findBatch(inner, batchId, true)
    if (!batchMachine.isState(locked.state) || !batchMachine.can(locked.state, 'accept')) throw conflict('imports.notWaiting')
    await inner.db.$executeRaw`update import_batches set state = ${batchMachine.next(locked.state, 'accept')}, started_at = app.now() where building_id = ${batch.buildingId}::uuid and batch_id = ${batchId}::uuid`
  })
  await record(ctx, { action: 'imports.acceptBatch', buildingId: batch.buildingId === noHouse ? null : batch.buildingId, subjectType: 'batch', subjectId: batchId,
    after: { sha256: batch.sha256, rowsNew: batch.rowsNew, rowsChanged: batch.rowsChanged, rowsRefused: batch.rowsRefused } })
  // The command does the work itself; what people bring is left to the worker.
  if (ctx.actor.kind !== 'SERVICE') await emit(ctx, { name: batchAccepted, buildingId: batch.buildingId, payload: { batchId } })
  return { batchId }
}
