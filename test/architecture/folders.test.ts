import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { camelCase, domains, exportedNames, filesUnder, foldersIn, foundations, read, root, useCaseName, useCases } from './sources.ts'

const law = ['identity', 'documents', 'buildings', 'premises', 'contracts', 'meters', 'ledger', 'billing', 'payments', 'meetings', 'repairs',
  'requests', 'public-services', 'reports', 'exchange', 'notifications', 'imports', 'desk']
const vocabulary = new Set(['README.md', 'schema.ts', 'rules.ts', 'policy.ts', 'queries.ts', 'events.ts', 'router.ts', 'jobs.ts', 'http.ts', 'command.ts'])
const dumpingGrounds = /(^|\/)(lib|libs|utils?|helpers?|common|shared|types|constants|repositories|managers?|misc|core)(\/|[.]tsx?$)/

describe('a folder is a domain of the law, a write is a file (architecture.md 5.3)', () => {
  test('server has only the domains of the map', () => {
    expect(domains.filter(name => !law.includes(name)), `add the domain to the map in .dependency-cruiser.mjs with a decision; known: ${[...law, ...foundations].join(', ')}`).toEqual([])
    expect(readdirSync(join(root, 'server')).filter(name => name.endsWith('.ts')).sort()).toEqual(['main.ts', 'worker.ts'])
  })

  test.each(domains)('server/%s uses the closed vocabulary', domain => {
    const strange = readdirSync(join(root, 'server', domain), { withFileTypes: true })
      .filter(entry => entry.isFile() && !vocabulary.has(entry.name) && !useCaseName.test(entry.name) && !entry.name.endsWith('.d.ts'))
      .map(entry => entry.name)
    expect(strange, `allowed: ${[...vocabulary].join(', ')} or <verb-noun>.ts`).toEqual([])
  })

  test.each(domains)('server/%s has areas of one level, and no writes in them', domain => {
    const deep = filesUnder(`server/${domain}`).filter(path => path.split('/').length > 4)
    expect(deep, 'an area is one level only').toEqual([])
    const writes = filesUnder(`server/${domain}`).filter(path => path.split('/').length === 4 && /^import \{.*from '#server\/audit\/record[.]ts'/m.test(read(path)))
    expect(writes, 'writes stay at the root of the domain, where policy and audit are checked').toEqual([])
  })

  test.each(domains)('server/%s has its page', domain => {
    expect(readdirSync(join(root, 'server', domain))).toContain('README.md')
  })

  test('submit-reading.ts exports exactly submitReading', () => {
    const nameOf = (path: string) => camelCase(path.split('/').at(-1)?.replace('.ts', '') ?? '')
    expect(useCases.filter(path => exportedNames(read(path)).join() !== nameOf(path)).map(path => `${path}: ${exportedNames(read(path)).join(', ')}`)).toEqual([])
  })

  test('a write begins with a verb of the glossary', () => {
    const verbs = /^Verbs of use cases: (.*?)[.]?$/m.exec(read('locales/glossary.md'))?.[1]?.split(', ') ?? []
    expect(verbs.length).toBeGreaterThan(0)
    expect(useCases.filter(path => !verbs.includes(path.split('/').at(-1)?.split('-')[0] ?? '')), 'add the verb to locales/glossary.md').toEqual([])
  })
})

describe('names', () => {
  const sources = ['app', 'server', 'prisma', 'test'].flatMap(filesUnder).filter(path => /[.](ts|tsx|mjs)$/.test(path))

  test('files and folders are kebab-case', () => {
    const segment = /^([a-z0-9]+(-[a-z0-9]+)*|_[a-z0-9]+(-[a-z0-9]+)*|\[[[.a-zA-Z\]]+\]|\([a-z]+\)|\d{4}_[a-z_]+)([.][a-z0-9]+)*$/
    expect(sources.filter(path => !path.split('/').every(part => segment.test(part)))).toEqual([])
  })

  test('there are no dumping grounds', () => {
    expect(sources.filter(path => dumpingGrounds.test(path) && !path.startsWith('test/support/') && !path.startsWith('app/_client/'))).toEqual([])
  })

  test('nothing lies beside the source: tests are in test/', () => {
    expect(['app', 'server', 'prisma'].flatMap(filesUnder).filter(path => /[.](test|spec)[.]/.test(path))).toEqual([])
  })

  test('the top level is fixed', () => {
    const known = ['.ci', '.dependency-cruiser.mjs', '.env.example', '.github', '.gitignore', '.nvmrc', 'README.md', 'app', 'eslint.config.mjs', 'instrumentation.ts',
      'knip.json', 'locales', 'next.config.mjs', 'package-lock.json', 'package.json', 'postcss.config.mjs', 'prisma', 'prisma.config.ts', 'public', 'server', 'test', 'tsconfig.json']
    const made = /^([.]git|[.]next.*|[.]data|[.]cache|[.]env|node_modules|next-env[.]d[.]ts|test-results|.*[.]tsbuildinfo)$/
    expect(readdirSync(root).filter(name => !known.includes(name) && !made.test(name))).toEqual([])
  })
})

describe('screens', () => {
  test('app has its fixed parts', () => {
    expect(foldersIn('app').filter(name => !['[locale]', 'api', '_ui', '_parts', '_client', '_sw', 'v', 'h'].includes(name))).toEqual([])
    expect(foldersIn('app/[locale]').filter(name => !/^\((public|resident|council|staff)\)$/.test(name) && name !== '[...rest]')).toEqual([])
  })

  test('shared parts are named like domains', () => {
    expect(foldersIn('app/_parts').filter(name => !law.includes(name))).toEqual([])
  })

  test('there are no Server Actions', () => {
    expect(filesUnder('app').filter(path => /^\s*['"]use server['"]/m.test(read(path)))).toEqual([])
  })
})

describe('what runs on the server says so', () => {
  const browserSafe = /^server\/(kernel\/|start\/|decisions\/|.*\/(schema|rules)[.]ts$)/
  // Read by server/start before the condition of React is set.
  const plain = ['server/infra/settings.ts', 'server/infra/services.ts']

  test('every other file of the server begins with server-only', () => {
    const open = filesUnder('server').filter(path => path.endsWith('.ts') && !path.endsWith('.d.ts') && !browserSafe.test(path) && !plain.includes(path))
      .filter(path => !/^(?:\/\/[^\n]*\n|\/\*[\s\S]*?\*\/\n)*import 'server-only'/.test(read(path)))
    expect(open).toEqual([])
  })

  test('nothing in the browser-safe files needs the server', () => {
    expect(filesUnder('server').filter(path => /\/(schema|rules)[.]ts$/.test(path) && /server-only|node:/.test(read(path)))).toEqual([])
  })
})
