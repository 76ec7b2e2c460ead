import 'server-only'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { env } from '#server/infra/env.ts'
import { invalid } from '#server/kernel/errors.ts'
import { openCsv, type OpenedFile } from './csv.ts'
import { openXlsx } from './xlsx.ts'

/** Where a received file lies. */
export function pathOfFile(sha256: string): string {
  return join(env.DATA_DIR, 'files', sha256.slice(0, 2), sha256)
}

export type FileFormat = 'CSV' | 'XLSX'

/** What the file is, by its first bytes: a zip is a spreadsheet, an old binary one is refused in words. */
export async function formatOf(path: string): Promise<FileFormat> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0)
    if (bytesRead === 0) throw invalid('imports.emptyFile')
    if (buffer.readUInt32BE(0) === 0x504b0304) return 'XLSX'
    if (buffer.readUInt32BE(0) === 0xd0cf11e0) throw invalid('imports.oldExcel')
    return 'CSV'
  } finally {
    await file.close()
  }
}

export function openRows(path: string, format: FileFormat, delimiter?: string): Promise<OpenedFile> {
  return format === 'XLSX' ? openXlsx(path) : openCsv(path, delimiter)
}
