import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** Where Node keeps what it compiled, so that the next start does not compile it again; it knows by their content which files changed. */
export const compiled = { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] || join(root, 'node_modules/.cache/uyim/compiled') }

const made = new Set(['node_modules', 'client', 'sw.js', 'offline', '.next'])

/** sha256 over the names and bytes of the files under these paths. */
export function fingerprint(paths: string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) for (const file of filesUnder(path)) hash.update(`${file}\0`).update(readFileSync(join(root, file))).update('\0')
  return hash.digest('hex')
}

function filesUnder(path: string): string[] {
  const whole = join(root, path)
  if (!existsSync(whole)) return []
  const entries = (() => {
    try {
      return readdirSync(whole, { withFileTypes: true })
    } catch {
      return null
    }
  })()
  if (!entries) return [path]
  return entries
    .filter(entry => !made.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => (entry.isDirectory() ? filesUnder(`${path}/${entry.name}`) : entry.isFile() ? [`${path}/${entry.name}`] : []))
}
