// Runs as a program of its own, with the settings of the application (started by start.ts and reset.ts).
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '#server/start/sources.ts'

type Seed = (options: { onProgress: (text: string) => void }) => Promise<unknown>

async function load(path: string, name: string): Promise<Seed | null> {
  const file = join(root, path)
  if (!existsSync(file)) return null
  const found = ((await import(file)) as Record<string, unknown>)[name]
  return typeof found === 'function' ? (found as Seed) : null
}

const onProgress = (text: string) => process.stdout.write(`${text}\n`)
const wanted = process.argv.slice(2)
if (wanted.includes('reference')) await (await load('prisma/seed/reference/seed.ts', 'seedReference'))?.({ onProgress })
if (wanted.includes('demo')) await (await load('prisma/seed/demo/seed.ts', 'seedDemo'))?.({ onProgress })
// Sums and keys in it change: it is written at each start.
if (wanted.includes('table')) await (await load('prisma/seed/demo/table.ts', 'writeTable'))?.({ onProgress })
process.exit(0)
