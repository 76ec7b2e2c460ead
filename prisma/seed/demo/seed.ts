// Makes the demonstration world when the database is empty: each domain's part in order of dependency.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { world, type World } from '#prisma/seed/demo/world.ts'

type Part = (world: World) => Promise<void>
type Options = { onProgress?: (text: string) => void }

const parts = ['registry', 'identity', 'meters', 'billing', 'repairs', 'payments', 'spending', 'statements', 'works', 'adjustments', 'corrections', 'meetings', 'requests', 'closing', 'notifications'] as const

async function load(name: (typeof parts)[number]): Promise<Part | null> {
  const file = join(import.meta.dirname, `${name}.ts`)
  if (!existsSync(file)) return null
  const module = await import(file) as Record<string, unknown>
  const part = module[`seed${name[0]?.toUpperCase()}${name.slice(1)}`]
  if (typeof part !== 'function') throw new Error(`prisma/seed/demo/${name}.ts exports no seed function`)
  return part as Part
}

export async function seedDemo({ onProgress = () => undefined }: Options = {}): Promise<void> {
  for (const name of parts) {
    const part = await load(name)
    if (!part) continue
    onProgress(name)
    await part(world)
  }
}
