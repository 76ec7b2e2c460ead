import 'server-only'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { CsvError, parse, type Parser } from 'csv-parse'
import { invalid } from '#server/kernel/errors.ts'
import { guessDelimiter } from '#server/imports/rules.ts'
import type { Cell } from '#server/imports/schema.ts'

export type FileRow = { readonly row: number; readonly cells: readonly Cell[] }
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

function decoding(encoding: string): Transform {
  const decoder = new TextDecoder(encoding)
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, decoder.decode(chunk, { stream: true }))
    },
    flush(done) {
      done(null, decoder.decode())
    },
  })
}

/** A CSV file row by row, never whole in memory; the header is row 1. */
export async function openCsv(path: string, delimiter?: string): Promise<OpenedFile> {
  const { encoding, firstLine } = await encodingOf(path)
  return { encoding, rows: rowsOf(path, encoding, delimiter ?? guessDelimiter(firstLine)) }
}

// Opened when the first row is asked for: an error of the file finds its reader, and not an empty room.
async function* rowsOf(path: string, encoding: string, delimiter: string): AsyncIterable<FileRow> {
  const parser: Parser = parse({ delimiter, bom: true, relax_column_count: true, skip_empty_lines: false, max_record_size: 4 * 1024 * 1024, relax_quotes: false, trim: false })
  const source = createReadStream(path)
  const fail = (error: Error) => void parser.destroy(error)
  source.on('error', fail)
  source.pipe(decoding(encoding).on('error', fail)).pipe(parser)
  let row = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row += 1
      yield { row, cells }
    }
  } catch (error) {
    // Rows before it may have been let fall with it, so the parser says where it was and not our count.
    if (error instanceof CsvError) throw invalid('imports.brokenCsv', { row: Number(error['records'] ?? row) + 1 })
    throw error
  } finally {
    source.destroy()
  }
}
