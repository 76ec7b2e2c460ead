import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict } from '#server/kernel/errors.ts'
import { papersRequested } from './events.ts'
import { findPaperBatch, houseToPrint, type PaperBatch } from './paper/queries.ts'
import { assertMayPrint } from './policy.ts'
import type { RequestPapersInput } from './schema.ts'

/** The bills of a house and month on paper, in one file and one language; drawn by the worker. The same id again is the same order. */
export async function requestPapers(ctx: Context, { buildingId, batchId, period, locale }: RequestPapersInput): Promise<PaperBatch> {
  const house = await houseToPrint(ctx, buildingId, period)
  assertMayPrint(ctx.actor, house)
  if (house?.billCount === 0) throw conflict('billing.nothingToPrint')
  const made = await ctx.db.$executeRaw`insert into paper_batches (building_id, batch_id, period, locale, bill_count, person_id)
    values (${buildingId}::uuid, ${batchId}::uuid, ${period}, ${locale}, ${house?.billCount ?? 0}::int, ${ctx.actor.personId}::uuid) on conflict do nothing`
  const batch = await findPaperBatch(ctx, { buildingId, batchId })
  if (!batch || batch.period !== period || batch.locale !== locale) throw conflict('billing.paperIdTaken')
  if (made === 1) {
    await record(ctx, { action: 'billing.requestPapers', buildingId, subjectType: 'paperBatch', subjectId: batchId, ground: period, after: { locale, bills: batch.billCount } })
    await emit(ctx, { name: papersRequested, buildingId, payload: { batchId } })
  }
  return batch
}
