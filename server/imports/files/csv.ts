import 'server-only'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { invalid } from '#server/kernel/errors.ts'
import { guessDelimiter } from '#server/imports/rules.ts'
import { recordsOf, type FileRow, type Lines } from './records.ts'

export type OpenedFile = { readonly encoding: string; readonly rows: AsyncIterable<FileRow> }

const headBytes = 64 * 1024

/** UTF-8, or the one-byte Cyrillic of older accounting programs when the bytes are no UTF-8. */
async function encodingOf(path: string): Promise<{ encoding: 'utf-8' | 'windows-1251' | 'utf-16le'; firstLine: string }> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    const head = buffer.subarray(0, bytesRead)
    if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', firstLine: lineOf(new TextDecoder('utf-16le').decode(head)) }
    if (head.includes(0)) throw invalid('imports.notAText')
    // A letter may be cut at the end of the head: the last line is left out of the trial.
    const whole = head.lastIndexOf(0x0a) > 0 ? head.subarray(0, head.lastIndexOf(0x0a)) : head
    try {
      return { encoding: 'utf-8', firstLine: lineOf(new TextDecoder('utf-8', { fatal: true }).decode(whole)) }
    } catch {
      return { encoding: 'windows-1251', firstLine: lineOf(new TextDecoder('windows-1251').decode(whole)) }
    }
  } finally {
    await file.close()
  }
}

function lineOf(text: string): string {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? ''
}

/** A CSV file row by row, never whole in memory; the header is row 1. */
export async function openCsv(path: string, delimiter?: string): Promise<OpenedFile> {
  const { encoding, firstLine } = await encodingOf(path)
  return { encoding, rows: rowsOf(path, encoding, delimiter ?? guessDelimiter(firstLine)) }
}

const longestLine = 4 * 1024 * 1024

// Opened when the first row is asked for: an error of the file finds its reader, and not an empty room.
async function* rowsOf(path: string, encoding: string, delimiter: string): AsyncIterable<FileRow> {
  const source = createReadStream(path, { highWaterMark: 256 * 1024 })
  const pieces = source.iterator() as AsyncIterator<Uint8Array>
  const decoder = new TextDecoder(encoding)
  const first = await pieces.next()
  const begun = first.done ? '' : decoder.decode(first.value, { stream: true })
  // Programs of old Macs end a line with a bare carriage return.
  const separator = begun.includes('\n') || !begun.includes('\r') ? '\n' : '\r'
  try {
    yield* recordsOf(linesFrom({ pieces, decoder, separator }, begun), { delimiter, separator })
  } finally {
    source.destroy()
  }
}

type Pieces = { pieces: AsyncIterator<Uint8Array>; decoder: TextDecoder; separator: string }

function linesFrom({ pieces, decoder, separator }: Pieces, begun: string): Lines {
  let ready = begun.split(separator)
  let rest = ready.pop() ?? ''
  let at = 0
  let over = false
  let count = 0
  const more = async () => {
    const { done, value } = await pieces.next()
    over = done === true
    const found = (rest + (over ? decoder.decode() : decoder.decode(value, { stream: true }))).split(separator)
    rest = found.pop() ?? ''
    if (rest.length > longestLine) throw invalid('imports.brokenCsv', { row: count + found.length + 1 })
    if (over && rest !== '') found.push(rest)
    ready = found
    at = 0
  }
  return {
    take: async () => {
      while (at >= ready.length && !over) await more()
      const line = ready[at]
      if (line === undefined) return null
      at += 1
      count += 1
      return line
    },
    giveBack: lines => {
      ready = [...lines, ...ready.slice(at)]
      at = 0
      count -= lines.length
    },
  }
}
