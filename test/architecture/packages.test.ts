import { expect, test } from 'vitest'
import { read } from './sources.ts'

type Lock = { packages: Record<string, { version?: string; resolved?: string }> }
const lock = JSON.parse(read('package-lock.json')) as Lock
const manifest = JSON.parse(read('package.json')) as { dependencies: Record<string, string>; devDependencies: Record<string, string>; scripts: Record<string, string> }

// Below these a known hole is open (speed-and-safety.md 6; foundations.md).
const floors: Record<string, string> = { next: '16.2.11', 'next-auth': '4.24.15', react: '19.2.3', 'react-dom': '19.2.3', prisma: '7.10.0', sharp: '0.34.0', pg: '8.16.0' }

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map(version => (version.split('-')[0] ?? '').split('.').map(Number))
  for (let index = 0; index < 3; index += 1) if (left?.[index] !== right?.[index]) return (left?.[index] ?? 0) - (right?.[index] ?? 0)
  return 0
}

test.each(Object.entries(floors))('%s is not older than %s', (name, floor) => {
  expect(compare(lock.packages[`node_modules/${name}`]?.version ?? '0.0.0', floor)).toBeGreaterThanOrEqual(0)
})

test('versions are pinned, and Prisma is one version in all its parts (settled 24)', () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies }
  expect(Object.entries(all).filter(([, version]) => !/^\d/.test(version))).toEqual([])
  expect(new Set([all['prisma'], all['@prisma/client'], all['@prisma/adapter-pg']]).size).toBe(1)
})

test('TypeScript is older than 7, which the tools do not read (decision 0007)', () => {
  expect(compare(lock.packages['node_modules/typescript']?.version ?? '9.9.9', '7.0.0')).toBeLessThan(0)
})

test('everything comes from the registry', () => {
  const strange = Object.entries(lock.packages).filter(([, entry]) => entry.resolved && !entry.resolved.startsWith('https://registry.npmjs.org/')).map(([name]) => name)
  expect(strange).toEqual([])
})

test('the lock names every platform, so that npm ci works on all (node .ci/complete-lock.mjs mends it)', () => {
  const entries = Object.entries(lock.packages as Record<string, { optionalDependencies?: Record<string, string> }>)
  const lacking = entries.flatMap(([holder, entry]) => Object.keys(entry.optionalDependencies ?? {})
    .filter(name => /(linux|darwin|win32|android|wasm32|freebsd|openbsd|openharmony)/.test(name))
    .filter(name => !lock.packages[`node_modules/${name}`] && !lock.packages[`${holder}/node_modules/${name}`]))
  expect(lacking).toEqual([])
})
