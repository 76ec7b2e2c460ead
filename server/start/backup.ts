// `npm run backup -- <folder>`: a whole copy of the embedded database and its files, while Uyim runs or while it stands.
// The copy is a DATA_DIR of its own: put it in the place of the lost one, or start from it. It appears whole or not at all.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import { cleanUp } from '#server/start/cleanup.ts'
import { lockDataFolder, readSecrets } from '#server/start/data-folder.ts'
import { readSettings } from '#server/start/prepare.ts'
import { explain, say, step, type Tell } from '#server/start/progress.ts'
import { Refused } from '#server/start/refused.ts'

// Made anew by every start of PostgreSQL; its write-ahead log is copied at the end, when the copy knows how far it reaches.
const emptied = new Set(['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'])
const left = new Set(['postmaster.pid', 'postmaster.opts', 'backup_label', 'tablespace_map'])

/** Copies a folder; what vanishes meanwhile was of no more use to the database either. */
function copyFolder([from, to]: [string, string], tell: Tell, passes: (name: string) => boolean = () => true): void {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (!passes(entry.name)) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    try {
      if (entry.isDirectory()) copyFolder([source, target], tell)
      else if (entry.isFile()) copyFileSync(source, target)
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error
    }
  }
  tell(to)
}

function copyDatabase(from: string, to: string, tell: Tell): void {
  copyFolder([from, to], tell, name => !left.has(name) && !emptied.has(name))
  for (const name of emptied) mkdirSync(join(to, name), { recursive: true, mode: 0o700 })
}

async function running(dataFolder: string): Promise<Client | null> {
  const file = join(dataFolder, 'postgres', 'postmaster.pid')
  if (!existsSync(file)) return null
  const port = readFileSync(file, 'utf8').split('\n')[3]?.trim() ?? ''
  const client = new Client({ connectionString: `postgresql://postgres:${readSecrets(dataFolder).superuser}@127.0.0.1:${port}/postgres`, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  return client.connect().then(() => client, () => null)
}

/** A running database tells where the copy begins and where it is whole; between, its log is held for us by a slot. */
async function copyRunning(client: Client, from: string, to: string): Promise<void> {
  await client.query(`select pg_create_physical_replication_slot('uyim_backup', true, true)`)
  await step('Waiting for the database to be ready for a copy', () => client.query(`select pg_backup_start('uyim', true)`))
  await step('Copying the database', async tell => copyDatabase(from, to, tell))
  const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(true)')
  writeFileSync(join(to, 'backup_label'), rows[0]?.labelfile ?? '', { mode: 0o600 })
  await step('Copying its log', async tell => copyFolder([join(from, 'pg_wal'), join(to, 'pg_wal')], tell, name => /^[0-9A-F]{24}$/.test(name)))
}

async function copyStanding(dataFolder: string, to: string): Promise<void> {
  const release = lockDataFolder(dataFolder)
  try {
    await step('Copying the database', async tell => copyFolder([join(dataFolder, 'postgres'), to], tell, name => !left.has(name)))
  } finally {
    release()
  }
}

async function backUp(): Promise<void> {
  if (process.env['DATABASE_URL']) throw new Refused('This copies only the embedded database: back up your own server with pg_basebackup or pg_dump, and DATA_DIR/files beside it.')
  const { env: { DATA_DIR: dataFolder } } = readSettings('production')
  const [given] = process.argv.slice(2)
  if (!given) throw new Refused('Name the folder of the copy: npm run backup -- <folder>.')
  const target = resolve(given)
  if (existsSync(target)) throw new Refused(`${target} exists already: a copy is never written over another one.`)
  if (!existsSync(join(dataFolder, 'postgres', 'PG_VERSION'))) throw new Refused(`${dataFolder} holds no database yet.`)
  const fresh = `${target}.unfinished`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true, mode: 0o700 })
  const client = await running(dataFolder)
  if (client) await copyRunning(client, join(dataFolder, 'postgres'), join(fresh, 'postgres'))
  else await copyStanding(dataFolder, join(fresh, 'postgres'))
  await client?.end()
  // Files only ever come: copied after the database, none that it names is missing.
  if (existsSync(join(dataFolder, 'files'))) await step('Copying the files', async tell => copyFolder([join(dataFolder, 'files'), join(fresh, 'files')], tell))
  copyFileSync(join(dataFolder, 'secrets.json'), join(fresh, 'secrets.json'))
  renameSync(fresh, target)
  say(`The copy is whole: ${target}. It holds the passwords of the database: keep it where only you can read it.`)
}

try {
  await backUp()
  await cleanUp()
  process.exit(0)
} catch (error) {
  say(explain(error))
  await cleanUp()
  process.exit(1)
}
