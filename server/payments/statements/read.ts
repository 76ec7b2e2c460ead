import 'server-only'
import { openRows, pathOfFile } from '#server/imports/files/open.ts'
import { invalid } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import { encodingOf, headOf, linesOf } from './decode.ts'
import { makeExchangeReader } from './exchange.ts'
import { readRegistry } from './registry.ts'
import type { ReadLine, RegistryColumn, StatementHead, StatementKind } from './schema.ts'

export type WishedFile = { sha256: string; format: 'CSV' | 'XLSX'; kind: StatementKind; columns: Partial<Record<RegistryColumn, string | undefined>>; country: Country }
export type WholeHead = StatementHead & { encoding: string }

export type LineBatch = { account: string; lines: ReadLine[] }

/** How many lines are held at once. Prisma keeps its last hundred transactions with what they sent, so a hundred times as many stay in memory. */
export const linesAtOnce = 1000

/** A file as lines, a thousand at a time, and in the end what it says of itself; never whole in memory. */
export async function* readFileLines(file: WishedFile): AsyncGenerator<LineBatch, WholeHead> {
  if (file.kind === 'STATEMENT') return yield* readExchange(file)
  const opened = await openRows(pathOfFile(file.sha256), file.format)
  const batches = readRegistry(opened, { columns: file.columns, country: file.country, most: linesAtOnce })
  for (let next = await batches.next(); ; next = await batches.next()) {
    if (next.done) return { ...next.value, encoding: opened.encoding }
    yield { account: '', lines: next.value }
  }
}

async function* readExchange({ sha256, format }: WishedFile): AsyncGenerator<LineBatch, WholeHead> {
  if (format === 'XLSX') throw invalid('statements.notExchange')
  const path = pathOfFile(sha256)
  const encoding = encodingOf(await headOf(path))
  const reader = makeExchangeReader()
  let batch: ReadLine[] = []
  for await (const lines of linesOf(path, encoding)) {
    for (const line of lines) {
      const read = reader.feed(line)
      if (read !== null) batch.push(read)
    }
    if (batch.length >= linesAtOnce) {
      yield { account: reader.account(), lines: batch }
      batch = []
    }
  }
  const head = reader.end()
  if (batch.length > 0) yield { account: reader.account(), lines: batch }
  return { ...head, encoding }
}
