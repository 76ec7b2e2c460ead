import 'server-only'
import type { Cell } from '#server/imports/schema.ts'

/** `broken`: a line whose quotes make no record, as it stands in the file; its cells are not known. */
export type FileRow = { readonly row: number; readonly cells: readonly Cell[]; readonly broken?: string }

/** The cells of one record; null where its quotes are broken: opened inside a word, closed before its end, never closed. */
export function splitRecord(text: string, delimiter: string): string[] | null {
  if (!text.includes('"')) return text.split(delimiter)
  const cells: string[] = []
  for (let at = 0; ;) {
    const read = text[at] === '"' ? quoted(text, at) : bare(text, at, delimiter)
    if (read === null) return null
    cells.push(read.cell)
    if (read.end === text.length) return cells
    if (!text.startsWith(delimiter, read.end)) return null
    at = read.end + delimiter.length
  }
}

type Read = { cell: string; end: number }

function bare(text: string, at: number, delimiter: string): Read | null {
  const next = text.indexOf(delimiter, at)
  const end = next < 0 ? text.length : next
  const cell = text.slice(at, end)
  return cell.includes('"') ? null : { cell, end }
}

function quoted(text: string, at: number): Read | null {
  let cell = ''
  for (let from = at + 1; ;) {
    const end = text.indexOf('"', from)
    if (end < 0) return null
    if (text[end + 1] !== '"') return { cell: cell + text.slice(from, end), end: end + 1 }
    cell += text.slice(from, end + 1)
    from = end + 2
  }
}

/** Physical lines of a file, some of which may be given back. */
export type Lines = { take: () => Promise<string | null>; giveBack: (lines: readonly string[]) => void }

/** A record is no longer than that: beyond it a quote was never closed. */
const most = { lines: 1000, letters: 4 * 1024 * 1024 }

const isOdd = (line: string) => (line.match(/"/g)?.length ?? 0) % 2 === 1
const ended = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line)

/**
 * Records one by one. A line with broken quotes is told as such, and after it only a line is taken that stands whole by itself and
 * has as many cells as the rows before it; what lies between is told too. Nothing is guessed of what such a line says.
 */
export async function* recordsOf(lines: Lines, { delimiter, separator }: { delimiter: string; separator: string }): AsyncGenerator<FileRow> {
  let width: number | null = null
  let row = 0
  let lost = false
  for (let line = await lines.take(); line !== null; line = await lines.take()) {
    row += 1
    const cells: string[] | null = lost ? alone(ended(line), { delimiter, width }) : await whole(lines, line, { delimiter, separator, width })
    lost = cells === null
    if (cells === null) {
      yield { row, cells: [], broken: ended(line) }
    } else {
      width = cells.length
      yield { row, cells }
    }
  }
}

function alone(line: string, { delimiter, width }: { delimiter: string; width: number | null }): string[] | null {
  const cells = splitRecord(line, delimiter)
  return cells !== null && cells.length > 1 && (width === null || cells.length === width) ? cells : null
}

/** A record may go over several lines while a quote is open. Null: it is none, and what follows its first line is given back. */
async function whole(lines: Lines, first: string, { delimiter, separator, width }: { delimiter: string; separator: string; width: number | null }): Promise<string[] | null> {
  if (!isOdd(first)) return splitRecord(ended(first), delimiter)
  const more: string[] = []
  for (let open = true, letters = first.length; open && more.length < most.lines && letters < most.letters;) {
    const line = await lines.take()
    if (line === null) break
    more.push(line)
    letters += line.length
    open = !isOdd(line)
  }
  const cells = splitRecord(ended([first, ...more].join(separator)), delimiter)
  if (cells !== null && !cells.some(cell => holdsRow(cell, delimiter, width ?? cells.length))) return cells
  lines.giveBack(more)
  return null
}

/** A cell that holds the end of one row and the beginning of the next: two quotes that do not belong together. */
function holdsRow(cell: string, delimiter: string, width: number): boolean {
  return cell.includes('\n') && width > 1 && cell.split(delimiter).length >= width
}
