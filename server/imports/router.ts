import 'server-only'
import * as z from 'zod/mini'
import { router, staffProcedure, stepProcedure } from '#server/api/trpc.ts'
import { shown } from '#server/audit/views.ts'
import { acceptBatch } from '#server/imports/accept-batch.ts'
import { receiveWeb } from '#server/imports/files/receive.ts'
import { allMappings } from '#server/imports/mappings/all.ts'
import { assertMayHandle } from '#server/imports/policy.ts'
import { findBatch, importPlaces, listBatches, listFindings, previewRows } from '#server/imports/queries.ts'
import { rejectBatch } from '#server/imports/reject-batch.ts'
import { batchInput, findingsInput, listBatchesInput, submitFileInput } from '#server/imports/schema.ts'
import { submitFile } from '#server/imports/submit-file.ts'
import { openTransaction } from '#server/infra/context.ts'

/** Bytes come as a stream through app/api/files/imports; a JSON caller has none to give. */
const submitInput = z.extend(submitFileInput, { body: z.custom<ReadableStream<Uint8Array>>(value => value instanceof ReadableStream) })

export const importsRouter = router({
  mappings: staffProcedure.query(({ ctx }) => {
    assertMayHandle(ctx.actor)
    const whole = ctx.actor.grants.some(grant => grant.scopeType === 'COUNTRY' && grant.rights.includes('import.run'))
    return allMappings().filter(mapping => whole || mapping.right !== 'REFERENCE')
      .map(({ id, target, needs, country, columns, ignored }) => ({ id, target, needs, country: country ?? null, ignored: ignored ?? [],
        columns: columns.map(column => ({ field: column.field, headers: column.headers, required: column.required ?? false })) }))
  }),
  places: staffProcedure.query(({ ctx }) => importPlaces(ctx)),
  /** The right is asked before a byte is kept, and again in the transaction that makes the batch. */
  submitFile: stepProcedure.input(submitInput).mutation(async ({ ctx, input: { body, ...input } }) => {
    await openTransaction(ctx.request, inner => Promise.resolve(assertMayHandle(inner.actor)))
    const file = await receiveWeb(body)
    return openTransaction(ctx.request, inner => submitFile(inner, { file, input }))
  }),
  accept: staffProcedure.input(batchInput).mutation(({ ctx, input }) => acceptBatch(ctx, input)),
  reject: staffProcedure.input(batchInput).mutation(({ ctx, input }) => rejectBatch(ctx, input)),
  list: staffProcedure.input(listBatchesInput).query(({ ctx, input }) => listBatches(ctx, input.page)),
  batch: staffProcedure.input(batchInput).query(async ({ ctx, input }) => {
    const batch = await findBatch(ctx, input.batchId)
    const preview = batch.state === 'READ' ? await shown({ ctx, what: 'IMPORT' }, previewRows(ctx, batch, 20), rows => rows.length === 0 ? [] : [batch]) : []
    return { batch, preview }
  }),
  state: staffProcedure.input(batchInput).query(async ({ ctx, input }) => {
    const { state, rowsRead, rowsApplied, rowsNew, rowsChanged } = await findBatch(ctx, input.batchId)
    return { state, rowsRead, rowsApplied, rowsToApply: rowsNew + rowsChanged }
  }),
  findings: staffProcedure.input(findingsInput).query(async ({ ctx, input }) => {
    const batch = await findBatch(ctx, input.batchId)
    return shown({ ctx, what: 'IMPORT' }, listFindings(ctx, batch, input), ({ rows }) => rows.length === 0 ? [] : [batch])
  }),
})
