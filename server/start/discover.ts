import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '#server/start/sources.ts'

/** Every domain's export of that name: `doors` of http.ts, `jobs` of jobs.ts. A new domain needs no line here. */
export async function domainExports<T>(file: string, name: string): Promise<T[]> {
  const folder = join(root, 'server')
  const found: T[] = []
  for (const domain of readdirSync(folder).sort()) {
    const path = join(folder, domain, file)
    if (domain === 'infra' || !existsSync(path)) continue
    const exported = ((await import(path)) as Record<string, unknown>)[name]
    if (exported !== undefined) found.push(exported as T)
  }
  return found
}
