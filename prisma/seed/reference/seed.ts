// Law and classifiers as data, brought up to date at every start; doing it again changes nothing.
// Another domain adds its part as a file of its own here: `tariffs.ts` exporting `seedTariffs(ctx)`.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { serviceTransaction, type Context } from '#server/infra/context.ts'

type Part = (ctx: Context) => Promise<void>
type Options = { onProgress?: (text: string) => void }

// These come first, because others name their rows.
const first = ['territories', 'calendars', 'law']

function partNames(): string[] {
  const names = readdirSync(import.meta.dirname).filter(file => file.endsWith('.ts') && file !== 'seed.ts').map(file => file.slice(0, -3)).sort()
  return [...first.filter(name => names.includes(name)), ...names.filter(name => !first.includes(name))]
}

function exportOf(name: string): string {
  return `seed${name.split('-').map(word => `${word[0]?.toUpperCase()}${word.slice(1)}`).join('')}`
}

export async function seedReference({ onProgress = () => undefined }: Options = {}): Promise<void> {
  for (const name of partNames()) {
    const module = await import(join(import.meta.dirname, `${name}.ts`)) as Record<string, unknown>
    const part = module[exportOf(name)]
    if (typeof part !== 'function') continue
    onProgress(name)
    await serviceTransaction('reference', part as Part)
  }
}
