import 'server-only'
import { randomBytes } from 'node:crypto'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { openFile, putFile } from '#server/infra/storage.ts'
import type { Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { assertMayIssueDocument } from './policy.ts'
import { assertPlace, findIssued } from './queries.ts'
import { codeOf } from './rules.ts'
import type { DocumentKind } from './schema.ts'

export type NewDocument = {
  buildingId: string
  premisesId: string | null
  kind: DocumentKind
  number: string
  subjectType: string
  subjectId: string
  locale: Locale
  issuedOn: LocalDate
  /** Draws the paper with its code on it. */
  render: (code: string) => Promise<Uint8Array>
}

export type Issued = { documentId: string; code: string; sha256: string; bytes: Uint8Array }

/** A paper with a code that anybody can check. Once per subject and language: asked again, the same bytes. */
export async function issueDocument(ctx: Context, document: NewDocument): Promise<Issued> {
  await assertPlace(ctx, document.buildingId, document.premisesId)
  assertMayIssueDocument(ctx.actor, document)
  const there = await findIssued(ctx, document)
  if (there) return { documentId: there.documentId, code: there.code, sha256: there.sha256, bytes: await openFile(there.sha256) }

  const code = codeOf(randomBytes(7))
  const bytes = await document.render(code)
  const { sha256, size } = await putFile(bytes)
  const documentId = newId()
  await ctx.db.$executeRaw`insert into document_codes (code, building_id, document_id, premises_id)
    values (${code}, ${document.buildingId}::uuid, ${documentId}::uuid, ${document.premisesId}::uuid)`
  await ctx.db.$executeRaw`insert into issued_documents (building_id, document_id, premises_id, code, kind, number, subject_type, subject_id, locale,
      sha256, size_bytes, issued_on, issued_by)
    values (${document.buildingId}::uuid, ${documentId}::uuid, ${document.premisesId}::uuid, ${code}, ${document.kind}, ${document.number},
      ${document.subjectType}, ${document.subjectId}, ${document.locale}, ${sha256}, ${size}::bigint, ${document.issuedOn}::date, ${ctx.actor.personId}::uuid)`
  await record(ctx, { action: 'documents.issueDocument', buildingId: document.buildingId, premisesId: document.premisesId, subjectType: 'document', subjectId: documentId,
    after: { kind: document.kind, number: document.number, code, sha256 } })
  return { documentId, code, sha256, bytes }
}
