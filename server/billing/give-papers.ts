import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { findPaperBatch, houseToPrint, type PaperBatch } from './paper/queries.ts'
import { assertMayPrint } from './policy.ts'
import type { PaperBatchKey } from './schema.ts'

/** A drawn batch, taken away by who bills the house; the trace says who held the codes of the flats. */
export async function givePapers(ctx: Context, key: PaperBatchKey): Promise<PaperBatch & { sha256: string }> {
  const batch = await findPaperBatch(ctx, key)
  if (!batch?.sha256) throw notFound('billing.papersNotFound')
  assertMayPrint(ctx.actor, await houseToPrint(ctx, key.buildingId, batch.period))
  if (batch.outdated) throw conflict('billing.papersOutdated')
  await record(ctx, { action: 'billing.givePapers', buildingId: key.buildingId, subjectType: 'paperBatch', subjectId: key.batchId, ground: batch.period })
  return { ...batch, sha256: batch.sha256 }
}
