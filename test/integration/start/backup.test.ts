import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, expect, test } from 'vitest'
import { cleanUp } from '#server/start/cleanup.ts'
import { embeddedDatabase } from '#server/start/database.ts'
import { prepareDataFolder, readSecrets } from '#server/start/data-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'uyim-backup-'))
afterAll(async () => {
  await cleanUp()
  rmSync(folder, { recursive: true, force: true })
})

type Ending = { code: number; said: string }

function backUp(dataFolder: string, ...words: string[]): Promise<Ending> {
  const env = { PATH: process.env['PATH'], DATA_DIR: dataFolder, NODE_ENV: 'production' } as unknown as NodeJS.ProcessEnv
  return new Promise(resolve => execFile(process.execPath, ['server/start/backup.ts', ...words], { env }, (error, out, err) => resolve({ code: Number(error?.code ?? 0), said: out + err })))
}

async function asOwner(dataFolder: string): Promise<Client> {
  const client = new Client({ connectionString: (await embeddedDatabase(dataFolder)).ownerUrl })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

test('a copy taken while people write is whole: it starts, with all that was committed before it began and nothing torn', async () => {
  const [home, copy] = [join(folder, 'home'), join(folder, 'copy')]
  prepareDataFolder(home)
  const client = await asOwner(home)
  await client.query('create table written (place int primary key, twice int not null, filling text not null)')
  let place = 0
  let open = true
  const writing = (async () => {
    // Two rows a transaction: a torn copy would have one of them.
    while (open) await client.query(`insert into written select n, n * 2, repeat('x', 2000) from unnest($1::int[]) n`, [[(place += 1), -place]])
  })()
  while (place < 200) await new Promise(resolve => setTimeout(resolve, 10))
  const before = place - 1
  const ending = await backUp(home, copy)
  open = false
  await writing
  expect(ending).toEqual({ code: 0, said: expect.stringContaining('The copy is whole') as string })
  expect(readSecrets(copy)).toEqual(readSecrets(home))

  const restored = await asOwner(copy)
  const { rows } = await restored.query<{ last: number; rows: number; whole: boolean }>(`select max(place) as last, count(*)::int as rows, bool_and(twice = place * 2) as whole from written`)
  expect(rows[0]?.last).toBeGreaterThanOrEqual(before)
  expect(rows[0]).toMatchObject({ rows: 2 * (rows[0]?.last ?? 0), whole: true })
  await restored.end()
  await client.end()
})

test('a copy is never written over another, nor of nothing, nor of a server that is not ours', async () => {
  expect(await backUp(join(folder, 'home'), join(folder, 'copy'))).toEqual({ code: 1, said: expect.stringContaining('never written over') as string })
  expect(await backUp(join(folder, 'nothing'), join(folder, 'other'))).toEqual({ code: 1, said: expect.stringContaining('holds no database') as string })
  expect(await backUp(join(folder, 'home'))).toEqual({ code: 1, said: expect.stringContaining('Name the folder') as string })
  expect(existsSync(join(folder, 'other'))).toBe(false)
})
