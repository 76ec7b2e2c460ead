import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { acceptBatch } from '#server/imports/accept-batch.ts'
import { receivePath } from '#server/imports/files/receive.ts'
import { importBatch } from '#server/imports/import-batch.ts'
import type { Batch, FindingRow } from '#server/imports/queries.ts'
import { listFindings } from '#server/imports/queries.ts'
import { reconcileBatch } from '#server/imports/reconcile-batch.ts'
import { submitFile } from '#server/imports/submit-file.ts'
import { openTransaction, serviceTransaction, strangerScope } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import type { ActingPerson } from '#test/support/actors.ts'

export type Brought = { mapping: string; path: string; person?: Pick<ActingPerson, 'request'>; options?: { buildingId?: string; premisesId?: string; organisationId?: string; serial?: string } }

/** Where the real files lie; a stranger's clone has none, and their tests say so by name. */
export const realData = join(import.meta.dirname, '../../../shared/data')
export const hasRealData = existsSync(realData)

/** Brought in and understood; nothing of the register is changed. */
export async function readBatch({ mapping, path, person, options = {} }: Brought): Promise<Batch> {
  const file = await receivePath(path)
  const input = { batchId: newId(), mapping, fileName: path.split('/').at(-1) ?? 'file', options }
  await (person ? openTransaction(person.request, ctx => submitFile(ctx, { file, input })) : serviceTransaction('imports', ctx => submitFile(ctx, { file, input })))
  return reconcileBatch(strangerScope(), input)
}

/** The whole way: brought in, understood, accepted, written. */
export async function bringIn(brought: Brought): Promise<Batch> {
  const batch = await readBatch(brought)
  await (brought.person ? openTransaction(brought.person.request, ctx => acceptBatch(ctx, batch)) : serviceTransaction('imports', ctx => acceptBatch(ctx, batch)))
  return importBatch(strangerScope(), batch)
}

export function findingsOf(batch: Batch): Promise<FindingRow[]> {
  return serviceTransaction('imports', async ctx => {
    const all: FindingRow[] = []
    for (let page = 1; ; page += 1) {
      const { rows, more } = await listFindings(ctx, batch, { page })
      all.push(...rows)
      if (!more) return all
    }
  })
}
