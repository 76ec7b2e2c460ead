import 'server-only'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomToken, sha256 } from '#server/infra/crypto.ts'
import { env } from '#server/infra/env.ts'

function pathOf(hash: string): string {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error('not a content hash')
  return join(env.DATA_DIR, 'files', hash.slice(0, 2), hash)
}

/** Keeps bytes under their own hash; the same bytes twice are one file. Written aside, then renamed. */
export async function putFile(bytes: Uint8Array): Promise<{ sha256: string; size: number }> {
  const hash = sha256(bytes)
  const path = pathOf(hash)
  const there = await stat(path).catch(() => null)
  if (there?.size !== bytes.byteLength) {
    await mkdir(join(env.DATA_DIR, 'files', hash.slice(0, 2)), { recursive: true })
    const aside = `${path}.${randomToken(6)}`
    await writeFile(aside, bytes)
    await rename(aside, path)
  }
  return { sha256: hash, size: bytes.byteLength }
}

export async function openFile(hash: string): Promise<Buffer> {
  return readFile(pathOf(hash))
}
