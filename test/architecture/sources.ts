import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')
const made = new Set(['node_modules', '.git', '.next', '.data', 'client', 'empty-page'])

/** Paths of all files under a folder, relative to the repository. */
export function filesUnder(folder: string): string[] {
  const whole = join(root, folder)
  return readdirSync(whole, { withFileTypes: true })
    .filter(entry => !made.has(entry.name))
    .flatMap(entry => (entry.isDirectory() ? filesUnder(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]))
    .map(path => path.replace(/^[.]\//, ''))
    .sort()
}

export function foldersIn(folder: string): string[] {
  return readdirSync(join(root, folder)).filter(name => statSync(join(root, folder, name)).isDirectory()).sort()
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Folders of `server` that are no domains of the law. */
export const foundations = ['api', 'audit', 'decisions', 'infra', 'kernel', 'start']

export const domains = foldersIn('server').filter(name => !foundations.includes(name))

export const useCaseName = /^[a-z]+(-[a-z0-9]+)+[.]ts$/

/** `server/meters/submit-reading.ts` of all domains. */
export const useCases = domains.flatMap(domain => readdirSync(join(root, 'server', domain)).filter(name => useCaseName.test(name)).sort().map(name => `server/${domain}/${name}`))

export function camelCase(kebab: string): string {
  return kebab.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** Names that a module exports as functions, classes or values (types left out). */
export function exportedNames(source: string): string[] {
  return [...source.matchAll(/^export (?:async )?(?:function\*?|const|let|class) ([A-Za-z_$][\w$]*)/gm)].map(match => match[1] ?? '')
}

/** Texts in quotes that look like a key: `a.b.c`, and the beginning of `a.b.${…}`. */
export function quotedKeys(source: string): string[] {
  return [...source.matchAll(/['"`]([a-z][\w-]*(?:[.][\w-]+)*)[.]?(?=['"`]|\$\{)/g)].map(match => match[1] ?? '')
}
