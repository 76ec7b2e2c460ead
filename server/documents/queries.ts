import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { DocumentCheck, DocumentKind, StoredFile } from './schema.ts'

type FileRow = { file_id: string; building_id: string; premises_id: string | null; sha256: string; media_type: string; size_bytes: bigint; kind: string }

function storedFileOf(row: FileRow): StoredFile {
  return { fileId: row.file_id, buildingId: row.building_id, premisesId: row.premises_id, sha256: row.sha256, mediaType: row.media_type, sizeBytes: Number(row.size_bytes), kind: row.kind }
}

/** The file if this actor may read it; row-level security has hidden the others. */
export async function findFile(ctx: Context, buildingId: string, fileId: string): Promise<StoredFile | null> {
  const rows = await ctx.db.$queryRaw<FileRow[]>`select file_id, building_id, premises_id, sha256, media_type, size_bytes, kind
    from stored_files where building_id = ${buildingId}::uuid and file_id = ${fileId}::uuid`
  return rows[0] ? storedFileOf(rows[0]) : null
}

export async function filesOf(ctx: Context, about: { buildingId: string; subjectType: string; subjectId: string }): Promise<StoredFile[]> {
  const rows = await ctx.db.$queryRaw<FileRow[]>`select file_id, building_id, premises_id, sha256, media_type, size_bytes, kind from stored_files
    where building_id = ${about.buildingId}::uuid and subject_type = ${about.subjectType} and subject_id = ${about.subjectId} order by created_at, file_id limit 100`
  return rows.map(storedFileOf)
}

/** The place exists for this actor, or nobody learns that it exists at all. */
export async function assertPlace(ctx: Context, buildingId: string, premisesId: string | null): Promise<void> {
  const rows = premisesId === null
    ? await ctx.db.$queryRaw<{ found: boolean }[]>`select exists (select from buildings where building_id = ${buildingId}::uuid) as found`
    : await ctx.db.$queryRaw<{ found: boolean }[]>`select exists (select from premises where building_id = ${buildingId}::uuid and premises_id = ${premisesId}::uuid) as found`
  if (!rows[0]?.found) throw notFound()
}

export type IssuedDocument = { documentId: string; code: string; sha256: string; premisesId: string | null; kind: DocumentKind; number: string; issuedOn: string; withdrawnAt: Date | null }

type IssuedRow = { document_id: string; code: string; sha256: string; premises_id: string | null; kind: DocumentKind; number: string; issued_on: string; withdrawn_at: Date | null }

function issuedOf(row: IssuedRow): IssuedDocument {
  return { documentId: row.document_id, code: row.code, sha256: row.sha256, premisesId: row.premises_id, kind: row.kind, number: row.number, issuedOn: row.issued_on, withdrawnAt: row.withdrawn_at }
}

type Subject = { buildingId: string; kind: DocumentKind; subjectType: string; subjectId: string; locale: string }

export async function findIssued(ctx: Context, subject: Subject): Promise<IssuedDocument | null> {
  const rows = await ctx.db.$queryRaw<IssuedRow[]>`select document_id, code, sha256, premises_id, kind, number, issued_on::text as issued_on, withdrawn_at from issued_documents
    where building_id = ${subject.buildingId}::uuid and kind = ${subject.kind} and subject_type = ${subject.subjectType}
      and subject_id = ${subject.subjectId} and locale = ${subject.locale} and withdrawn_at is null
    order by issued_at desc limit 1`
  return rows[0] ? issuedOf(rows[0]) : null
}

export async function findIssuedById(ctx: Context, buildingId: string, documentId: string): Promise<IssuedDocument | null> {
  const rows = await ctx.db.$queryRaw<IssuedRow[]>`select document_id, code, sha256, premises_id, kind, number, issued_on::text as issued_on, withdrawn_at from issued_documents
    where building_id = ${buildingId}::uuid and document_id = ${documentId}::uuid`
  return rows[0] ? issuedOf(rows[0]) : null
}

type CheckRow = {
  code: string; kind: DocumentKind; number: string; issued_on: string; sha256: string; withdrawn_on: string | null; withdrawn_reason: string | null; replaced_by: string | null
  country: 'UZ' | 'KZ'; name: string; address_uz: string; address_kk: string; address_ru: string
}

/** What everybody may know of a paper by its code. Runs as the machine actor 'public'. */
export async function checkDocument(ctx: Context, code: string): Promise<DocumentCheck | null> {
  const rows = await ctx.db.$queryRaw<CheckRow[]>`
    select d.code, d.kind, d.number, d.issued_on::text as issued_on, d.sha256, (d.withdrawn_at at time zone interval '5 hours')::date::text as withdrawn_on,
        d.withdrawn_reason, d.replaced_by, b.country, b.name, b.address_uz, b.address_kk, b.address_ru
      from document_codes c
      join issued_documents d on d.building_id = c.building_id and d.document_id = c.document_id
      join buildings b on b.building_id = d.building_id
     where c.code = ${code}`
  const row = rows[0]
  if (!row) return null
  return {
    code: row.code, kind: row.kind, number: row.number, issuedOn: row.issued_on, sha256: row.sha256, withdrawnOn: row.withdrawn_on,
    withdrawnReason: row.withdrawn_reason, replacedBy: row.replaced_by, country: row.country, houseName: row.name,
    addressUz: row.address_uz, addressKk: row.address_kk, addressRu: row.address_ru,
  }
}
