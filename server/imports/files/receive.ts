import 'server-only'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { randomToken } from '#server/infra/crypto.ts'
import { env } from '#server/infra/env.ts'
import { invalid } from '#server/kernel/errors.ts'
import { formatOf, type FileFormat } from './open.ts'

/** From a browser; larger files are taken in on the server itself (`npm run import`). */
export const uploadLimit = 15 * 1024 * 1024
const xlsxLimit = 8 * 1024 * 1024

export type Received = { sha256: string; size: number; format: FileFormat }

/** Puts a stream into the store under its own hash without ever holding it whole. */
export async function receiveFile(source: Readable, limit: number): Promise<Received> {
  const aside = join(env.DATA_DIR, 'files', `receiving-${randomToken(9)}`)
  await mkdir(join(env.DATA_DIR, 'files'), { recursive: true })
  const hash = createHash('sha256')
  let size = 0
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > limit) return done(invalid('imports.fileTooLarge', { megabytes: Math.floor(limit / 1024 / 1024) }))
      hash.update(chunk)
      done(null, chunk)
    },
  })
  try {
    await pipeline(source, meter, createWriteStream(aside))
    if (size === 0) throw invalid('imports.emptyFile')
    const format = await formatOf(aside)
    if (format === 'XLSX' && size > xlsxLimit) throw invalid('imports.xlsxTooLarge', { megabytes: xlsxLimit / 1024 / 1024 })
    const sha256 = hash.digest('hex')
    await mkdir(join(env.DATA_DIR, 'files', sha256.slice(0, 2)), { recursive: true })
    await rename(aside, join(env.DATA_DIR, 'files', sha256.slice(0, 2), sha256))
    return { sha256, size, format }
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
}

/** A file of this machine, for the command. */
export async function receivePath(path: string): Promise<Received> {
  const there = await stat(path).catch(() => null)
  if (!there?.isFile()) throw invalid('imports.noSuchFile', { path })
  return receiveFile(createReadStream(path), 2 * 1024 * 1024 * 1024)
}

export function receiveWeb(body: ReadableStream<Uint8Array>, limit = uploadLimit): Promise<Received> {
  return receiveFile(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), limit)
}
