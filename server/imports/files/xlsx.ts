import 'server-only'
import { readSheet } from 'read-excel-file/node'
import { invalid } from '#server/kernel/errors.ts'
import type { Cell } from '#server/imports/schema.ts'
import type { OpenedFile } from './csv.ts'
import type { FileRow } from './records.ts'

const mostRows = 100_000

// 62.100000000000001 is how a spreadsheet stores 62.1: the shortest figure that is the same number.
function figureOf(text: string): { number: string } {
  const number = Number(text)
  return { number: Number.isFinite(number) && Math.abs(number) < 1e15 ? String(number) : text }
}

/** The first sheet of a spreadsheet. It is read whole, so large files are asked for as CSV. */
export async function openXlsx(path: string): Promise<OpenedFile> {
  let sheet
  try {
    sheet = await readSheet<{ number: string }>(path, { parseNumber: figureOf })
  } catch {
    throw invalid('imports.brokenXlsx')
  }
  if (sheet.length > mostRows) throw invalid('imports.tooManyRows', { most: mostRows })
  const cells = sheet as readonly (readonly Cell[])[]
  return { encoding: 'xlsx', rows: rowsOf(cells) }
}

async function* rowsOf(sheet: readonly (readonly Cell[])[]): AsyncIterable<FileRow> {
  for (const [index, cells] of sheet.entries()) yield await Promise.resolve({ row: index + 1, cells })
}
