import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { freePort } from '#server/start/postgres.ts'
import { testDatabase } from '#test/support/database.ts'

const database = await testDatabase()

const folders: string[] = []
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'uyim-start-'))
  folders.push(folder)
  return folder
}
afterAll(() => folders.forEach(folder => rmSync(folder, { recursive: true, force: true })))

type Ending = { code: number | null; lines: string[] }

/** Runs `npm start` until it refuses, or another command to its end; what is refused is refused in the last line. */
async function start(env: Record<string, string>, program: readonly string[] = ['server/start/start.ts']): Promise<Ending> {
  const folder = temporaryFolder()
  const port = await freePort()
  const clean = { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: String(port), DATA_DIR: folder, DATABASE_URL: '', DATABASE_OWNER_URL: '', AUTH_SECRET: '', DEMO: '' }
  return new Promise(resolve => {
    const child = spawn(process.execPath, [...program], { env: { ...clean, ...env } as unknown as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const timer = setTimeout(() => child.kill('SIGTERM'), 60_000)
    child.once('exit', code => {
      clearTimeout(timer)
      resolve({ code, lines: said.trimEnd().split('\n').filter(line => !line.startsWith('  ')) })
    })
  })
}

async function expectSentence(env: Record<string, string>, sentence: RegExp): Promise<void> {
  const { code, lines } = await start(env)
  expect(lines.at(-1)).toMatch(sentence)
  expect(lines, 'one sentence, no stack').toHaveLength(1)
  expect(code).toBe(1)
}

const external = { DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl, DEMO: '0' }

test('a taken port is said before anything is touched', async () => {
  const folder = temporaryFolder()
  const server = createServer()
  const port = await new Promise<number>(resolve => server.listen(0, '0.0.0.0', () => resolve((server.address() as { port: number }).port)))
  await expectSentence({ PORT: String(port), DATA_DIR: folder }, /^Port \d+ is taken/)
  expect(readdirSync(folder)).toEqual([])
  server.close()
})

test('a wrong setting is named', async () => {
  await expectSentence({ PORT: 'abc' }, /^The setting PORT is wrong/)
  await expectSentence({ APP_URL: 'uyim' }, /^The setting APP_URL is wrong/)
})

test('visible codes are refused on a public address and on an external database (settled 22)', async () => {
  await expectSentence({ APP_URL: 'https://uyim.example' }, /refused on the public address/)
  await expectSentence({ ...external, DEMO: '1' }, /works only with the embedded database/)
})

test('a broken DATABASE_URL is said in one sentence', async () => {
  const port = await freePort()
  await expectSentence({ DATABASE_URL: 'nonsense', DEMO: '0' }, /^DATABASE_URL is not an address/)
  await expectSentence({ DATABASE_URL: `postgresql://a:b@127.0.0.1:${port}/c`, DEMO: '0' }, /nothing listens there/)
  await expectSentence({ DATABASE_URL: database.url.replace(/[^/]*$/, 'nowhere'), DEMO: '0' }, /database does not exist/)
})

test('a folder that cannot be written is said in one sentence', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  await expectSentence({ DATA_DIR: file }, /\(DATA_DIR\) cannot be written/)
  await expectSentence({ DATA_DIR: '/proc/uyim' }, /\(DATA_DIR\) cannot be written/)
})

test('whoever could step over row-level security may not serve people (settled 3)', async () => {
  await expectSentence({ ...external, DATABASE_URL: database.superUrl }, /a superuser, for whom row-level security does not exist/)
  await expectSentence({ ...external, DATABASE_URL: database.ownerUrl }, /the owner of the table/)
})

test('a role without the rights of its work, and two addresses of different databases, are said in one sentence', async () => {
  await expectSentence({ ...external, DATABASE_OWNER_URL: database.url }, /^DATABASE_OWNER_URL leads to a role that may not do its work \((permission denied|must be owner)/)
  await expectSentence({ ...external, DATABASE_URL: database.url.replace(/[^/]*$/, 'postgres') }, /lead to different databases/)
})

test('the import command takes the good rows of a file in, and names a word it does not know', async () => {
  const path = join(temporaryFolder(), 'regions.csv')
  writeFileSync(path, 'soato,name_uz_latn\n1799,Sinov viloyati\n17,Qisqa\n')
  const command = (...given: string[]) => start({ ...external, LOG_LEVEL: 'silent' }, ['--conditions=react-server', 'server/start/import.ts', ...given])
  expect(await command('--nothing')).toEqual({ code: 1, lines: [expect.stringMatching(/^Unknown option '--nothing'[.] `npm run import` alone/)] })
  expect(await command('uz-regions', path, '--locale=uz')).toEqual({ code: 0, lines: ['Yuklandi: 1. Olinmadi: 1.'] })
  expect(await database.sql(`select name_uz from territories where code = '1799'`)).toEqual([{ name_uz: 'Sinov viloyati' }])
})

test('without the owner an outdated database is refused', async () => {
  await database.sql('delete from _prisma_migrations where migration_name = (select max(migration_name) from _prisma_migrations)')
  await expectSentence({ ...external, DATABASE_OWNER_URL: '' }, /^The database lacks .*: set DATABASE_OWNER_URL/)
})

test('a database newer than the code is refused and left as it is', async () => {
  await database.sql(`insert into _prisma_migrations (id, checksum, migration_name, finished_at) values ('x', 'x', '9999_future', now())`)
  await expectSentence(external, /^The database is newer than the code: it has 9999_future/)
})
