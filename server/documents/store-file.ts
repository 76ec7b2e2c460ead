import 'server-only'
import { record } from '#server/audit/record.ts'
import { encodePhoto } from '#server/documents/photos/encode.ts'
import type { Context } from '#server/infra/context.ts'
import { putFile } from '#server/infra/storage.ts'
import { conflict } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { assertMayStoreFile } from './policy.ts'
import { assertPlace, findFile } from './queries.ts'
import { judgeFile } from './rules.ts'
import type { NewFile, StoredFile } from './schema.ts'

/** Keeps a photo (encoded anew) or a PDF beside what it is about. The same id with the same bytes is the same file. */
export async function storeFile(ctx: Context, file: NewFile): Promise<StoredFile> {
  await assertPlace(ctx, file.buildingId, file.premisesId)
  assertMayStoreFile(ctx.actor, file)
  const media = judgeFile(file.bytes)
  const bytes = media === 'application/pdf' ? file.bytes : await encodePhoto(file.bytes)
  const { sha256, size } = await putFile(bytes)
  const stored: StoredFile = {
    fileId: file.fileId ?? newId(), buildingId: file.buildingId, premisesId: file.premisesId, sha256,
    mediaType: media === 'application/pdf' ? media : 'image/jpeg', sizeBytes: size, kind: file.kind,
  }
  return await insert(ctx, file, stored) ? stored : sameOrConflict(ctx, stored)
}

async function insert(ctx: Context, file: NewFile, stored: StoredFile): Promise<boolean> {
  const inserted = await ctx.db.$executeRaw`insert into stored_files (building_id, file_id, premises_id, sha256, media_type, size_bytes, kind,
      subject_type, subject_id, shared, created_by)
    values (${stored.buildingId}::uuid, ${stored.fileId}::uuid, ${stored.premisesId}::uuid, ${stored.sha256}, ${stored.mediaType}, ${stored.sizeBytes}::bigint,
      ${stored.kind}, ${file.subjectType}, ${file.subjectId}, ${file.shared ?? false}, ${ctx.actor.personId}::uuid)
    on conflict do nothing`
  if (inserted === 0) return false
  await record(ctx, { action: 'documents.storeFile', buildingId: stored.buildingId, premisesId: stored.premisesId, subjectType: 'file', subjectId: stored.fileId,
    after: { sha256: stored.sha256, kind: stored.kind, subjectType: file.subjectType, subjectId: file.subjectId, sizeBytes: stored.sizeBytes } })
  return true
}

async function sameOrConflict(ctx: Context, stored: StoredFile): Promise<StoredFile> {
  const there = await findFile(ctx, stored.buildingId, stored.fileId)
  if (there?.sha256 !== stored.sha256) throw conflict('documents.fileIdTaken')
  return there
}
