import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []

/** A file of our own for one test; its folder goes when the tests that needed it are over. */
export function fileOf(text: string | Uint8Array, name = 'file.csv'): string {
  const folder = mkdtempSync(join(tmpdir(), 'uyim-file-'))
  made.push(folder)
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

export function removeFiles(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}
