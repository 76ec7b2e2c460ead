import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { assertMayWithdrawDocument } from './policy.ts'
import { findIssuedById } from './queries.ts'
import type { WithdrawDocumentInput } from './schema.ts'

/** The paper is no longer valid; its check page says so and why, and which holds in its place. */
export async function withdrawDocument(ctx: Context, input: WithdrawDocumentInput & { replacedBy?: string }): Promise<{ documentId: string }> {
  const document = await findIssuedById(ctx, input.buildingId, input.documentId)
  if (!document) throw notFound()
  assertMayWithdrawDocument(ctx.actor, { buildingId: input.buildingId, premisesId: document.premisesId })
  if (document.withdrawnAt) throw conflict('documents.alreadyWithdrawn')
  await ctx.db.$executeRaw`update issued_documents set withdrawn_at = app.now(), withdrawn_reason = ${input.reason}, replaced_by = ${input.replacedBy ?? null}
    where building_id = ${input.buildingId}::uuid and document_id = ${input.documentId}::uuid`
  await record(ctx, { action: 'documents.withdrawDocument', buildingId: input.buildingId, premisesId: document.premisesId, subjectType: 'document',
    subjectId: input.documentId, ground: input.reason, after: { withdrawn: true, ...(input.replacedBy === undefined ? {} : { replacedBy: input.replacedBy }) } })
  return { documentId: input.documentId }
}
