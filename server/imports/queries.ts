import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import { normaliseUnitNumber } from '#server/premises/rules.ts'
import type { BatchState, Counts, Severity, Target } from '#server/imports/schema.ts'

export type BatchPlace = { readonly buildingId: string; readonly batchId: string }

/** A step of the machine over one batch, telling how far it is. */
export type BatchWork = { batchId: string; onProgress?: (rows: number) => void }

export type BatchOptions = { country: Country; serial?: string; houseName?: string; unitNumber?: string; encoding?: string; ignored?: string[]; counts?: Counts; by?: string | null }

export type Batch = BatchPlace & {
  organisationId: string | null; premisesId: string | null; mapping: string; fileName: string; fileFormat: 'CSV' | 'XLSX'; sizeBytes: number; sha256: string
  options: BatchOptions; state: BatchState; rowsRead: number; rowsNew: number; rowsChanged: number; rowsSame: number; rowsRefused: number; rowsFlagged: number; rowsApplied: number
  failure: string | null; createdBy: string | null; createdAt: Date; finishedAt: Date | null
}

const columns = `building_id as "buildingId", batch_id as "batchId", organisation_id as "organisationId", premises_id as "premisesId", mapping, file_name as "fileName", file_format as "fileFormat",
  size_bytes::float8 as "sizeBytes", sha256, options, state, rows_read::float8 as "rowsRead", rows_new::float8 as "rowsNew", rows_changed::float8 as "rowsChanged", rows_same::float8 as "rowsSame",
  rows_refused::float8 as "rowsRefused", rows_flagged::float8 as "rowsFlagged", rows_applied::float8 as "rowsApplied", failure, created_by as "createdBy", created_at as "createdAt", finished_at as "finishedAt"`

/** The batch if this session may see it. `lock`: nobody else moves it on meanwhile. */
export async function findBatch(ctx: Context, batchId: string, lock = false): Promise<Batch> {
  const rows = await ctx.db.$queryRawUnsafe<Batch[]>(`select ${columns} from import_batches where batch_id = $1::uuid${lock ? ' for no key update' : ''}`, batchId)
  if (!rows[0]) throw notFound('imports.batchNotFound')
  return rows[0]
}

const pageSize = 40

export async function listBatches(ctx: Context, page: number): Promise<{ rows: Batch[]; page: number; more: boolean }> {
  const rows = await ctx.db.$queryRawUnsafe<Batch[]>(`select ${columns} from import_batches order by created_at desc, batch_id limit $1 offset $2`, pageSize + 1, (page - 1) * pageSize)
  return { rows: rows.slice(0, pageSize), page, more: rows.length > pageSize }
}

export type PreviewRow = { row: number; part: number; target: Target; houseKey: string; unitKey: string; payload: Record<string, unknown>; outcome: string | null }

/** The first rows as they were understood. */
export async function previewRows(ctx: Context, batch: BatchPlace, most: number): Promise<PreviewRow[]> {
  return ctx.db.$queryRaw<PreviewRow[]>`select row_number::float8 as row, part, target, house_key as "houseKey", unit_key as "unitKey",
      payload - 'personal_id_hash' - 'personal_id_sealed' - 'search_key' - 'derived' - 'kind_assumed' - 'parent_assumed' as payload, outcome
    from import_rows where building_id = ${batch.buildingId}::uuid and batch_id = ${batch.batchId}::uuid order by row_number, part limit ${most}`
}

export type FindingRow = { row: number; part: number; column: string; severity: Severity; code: string; params: Record<string, string | number> }

export async function listFindings(ctx: Context, batch: BatchPlace, { severity, page }: { severity?: Severity | undefined; page: number }): Promise<{ rows: FindingRow[]; page: number; more: boolean }> {
  const rows = await ctx.db.$queryRaw<FindingRow[]>`select row_number::float8 as row, part, column_name as "column", severity, code, params
    from import_findings where building_id = ${batch.buildingId}::uuid and batch_id = ${batch.batchId}::uuid and severity = coalesce(${severity ?? null}, severity)
    order by row_number, part, position limit ${pageSize + 1} offset ${(page - 1) * pageSize}`
  return { rows: rows.slice(0, pageSize), page, more: rows.length > pageSize }
}

export type ChosenPlace = { country: Country; houseName: string; unitNumber: string | null; reaches: boolean; organisationId: string | null }

/** The house or flat chosen beside the file, and whether the session's right to import reaches it. */
export async function chosenPlace(ctx: Context, { buildingId, premisesId }: { buildingId: string; premisesId: string | null }): Promise<ChosenPlace> {
  const rows = await ctx.db.$queryRaw<ChosenPlace[]>`select b.country, b.name as "houseName", p.number as "unitNumber",
      auth.reaches('{import.run}', b.building_id) or auth.service_has('{imports,seed}') as reaches,
      (select m.organisation_id from building_managements m where m.building_id = b.building_id and m.organisation_id::text = any(auth.organisations('{import.run}')) limit 1) as "organisationId"
    from buildings b left join premises p on p.building_id = b.building_id and p.premises_id = ${premisesId}::uuid
    where b.building_id = ${buildingId}::uuid and (${premisesId}::uuid is null or p.premises_id is not null)`
  if (!rows[0]) throw notFound()
  return rows[0]
}

/** The flat of a house by the number that a person wrote; of two kinds with one number the apartment is meant. */
export async function unitByNumber(ctx: Context, buildingId: string, number: string): Promise<string> {
  const written = [number.trim(), normaliseUnitNumber(number, 'CYRILLIC'), normaliseUnitNumber(number, 'LATIN')]
  const rows = await ctx.db.$queryRaw<{ premises_id: string }[]>`select premises_id from premises where building_id = ${buildingId}::uuid and number = any(${written}::text[]) order by kind limit 1`
  if (!rows[0]) throw notFound('imports.unitNotFound', { number })
  return rows[0].premises_id
}

export async function organisationCountry(ctx: Context, organisationId: string): Promise<Country | null> {
  const rows = await ctx.db.$queryRaw<{ country: Country }[]>`select country from organisations where organisation_id = ${organisationId}::uuid`
  return rows[0]?.country ?? null
}

/** Houses that the session may import into, for the choice beside the file. */
export async function importPlaces(ctx: Context): Promise<{ buildingId: string; name: string; country: Country }[]> {
  return ctx.db.$queryRaw<{ buildingId: string; name: string; country: Country }[]>`select building_id as "buildingId", name, country from buildings
    where building_id = any((select auth.buildings('{import.run}'))::uuid[]) order by demonstration desc, name limit 500`
}

/** Under what keys rows of this file are known: those of one source and one organisation. */
export function sourceOf(mappingSource: string, batch: Pick<Batch, 'organisationId'>): string {
  return `${mappingSource}@${batch.organisationId ?? 'platform'}`
}

