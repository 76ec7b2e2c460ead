import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { MigrationRefused, migrate, pendingMigrations } from '#prisma/migrate.ts'
import { readSecrets } from '#server/start/data-folder.ts'
import { findBinaries, initCluster, startCluster, stopOrphan, type Cluster } from '#server/start/postgres.ts'
import { say, step, type Tell } from '#server/start/progress.ts'
import { Refused } from '#server/start/refused.ts'
import { checkApplicationRole, prepareRoles } from '#server/start/roles.ts'

export type Database = { url: string; ownerUrl: string; embedded: boolean; empty: () => Promise<boolean> }

/** Stands while the demonstration data is being written into an empty database; left behind only by a killed run. */
export const seedMarker = (dataFolder: string): string => join(dataFolder, 'seeding')

/** Removes what the embedded database and the demonstration made; the secrets stay. */
export function forget(dataFolder: string): void {
  for (const name of ['postgres', 'postgres.new', 'files', 'demo.json', 'seeding']) rmSync(join(dataFolder, name), { recursive: true, force: true })
}

const settings = {
  shared_buffers: '256MB', wal_buffers: '32MB', max_connections: '100', wal_compression: 'on', max_wal_size: '2GB', timezone: 'UTC',
  log_min_duration_statement: '1000', log_timezone: 'UTC', max_locks_per_transaction: '256', random_page_cost: '1.1',
  effective_cache_size: '1GB', work_mem: '16MB',
}

export async function embeddedDatabase(dataFolder: string): Promise<Database> {
  const folder = join(dataFolder, 'postgres')
  if (existsSync(join(folder, 'PG_VERSION')) && !existsSync(join(dataFolder, 'secrets.json'))) {
    throw new Refused(`${dataFolder} has a database and no secrets.json with its passwords: restore the file from a back-up, or start afresh with \`npm run db:reset\`.`)
  }
  const secrets = readSecrets(dataFolder)
  const options = { binaries: findBinaries(), folder, settings, password: secrets.superuser, log: join(dataFolder, 'postgres.log') }
  if (await step('Ending the database of a killed run', () => stopOrphan(folder))) say('  ✓ The database of a killed run was ended properly.')
  if (existsSync(seedMarker(dataFolder))) {
    say('  ✓ The first start was broken off while writing the demonstration data: it is made anew.')
    forget(dataFolder)
  }
  if (!existsSync(join(folder, 'PG_VERSION'))) await step('Making the embedded PostgreSQL 18', () => initCluster(options))
  else await initCluster(options)
  const cluster = await step('Starting the embedded PostgreSQL 18', () => startCluster(options))
  return prepareEmbedded(cluster, secrets)
}

async function prepareEmbedded(cluster: Cluster, secrets: { owner: string; app: string; superuser: string }): Promise<Database> {
  await prepareRoles(cluster.superUrl, secrets)
  const at = `@127.0.0.1:${cluster.port}/uyim`
  const database = { url: `postgresql://uyim_app:${secrets.app}${at}`, ownerUrl: `postgresql://uyim_owner:${secrets.owner}${at}`, embedded: true }
  await bringUpToDate(database.ownerUrl)
  await checkApplicationRole(database.url)
  const superUrl = `postgresql://postgres:${secrets.superuser}${at}`
  return { ...database, empty: () => isEmpty(superUrl) }
}

export async function externalDatabase(url: string, ownerUrl: string): Promise<Database> {
  await probe('DATABASE_URL', url)
  if (ownerUrl) {
    await probe('DATABASE_OWNER_URL', ownerUrl)
    await bringUpToDate(ownerUrl)
  }
  await checkApplicationRole(url)
  await checkComplete(url, ownerUrl !== '').catch((error: unknown) => { throw rightMissing('DATABASE_URL', error, 'the application signs in as uyim_app') })
  return { url, ownerUrl, embedded: false, empty: async () => false }
}

async function bringUpToDate(ownerUrl: string): Promise<void> {
  try {
    await step('Bringing the database up to date', (tell: Tell) =>
      migrate(ownerUrl, { onProgress: (name, index, count) => tell(`${name}, ${index} of ${count}`) }))
  } catch (error) {
    if (error instanceof MigrationRefused) throw new Refused(error.message)
    throw rightMissing('DATABASE_OWNER_URL', error, 'the role there must own the database (uyim_owner)')
  }
}

/** The database lets the role in and not do what it must: said as one sentence. */
export function rightMissing(name: string, error: unknown, needed: string): unknown {
  const { code, message = '' } = error as { code?: string; message?: string }
  const [denied = ''] = /(permission denied|must be owner)[^(\n]*/.exec(message) ?? []
  const { cause } = error as { cause?: unknown }
  if (code === undefined && cause !== undefined) return rightMissing(name, cause, needed)
  return code === '42501' ? new Refused(`${name} leads to a role that may not do its work (${denied.trim() || message}): ${needed}.`) : error
}

async function probe(name: string, url: string): Promise<void> {
  let client
  try {
    if (!/^postgres(ql)?:$/.test(new URL(url).protocol)) throw new Error('not postgresql')
    client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  } catch {
    throw new Refused(`${name} is not an address of a PostgreSQL database (postgresql://role:password@host:port/database).`)
  }
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ version: number }>(`select current_setting('server_version_num')::int as version`)
    const version = rows[0]?.version ?? 0
    if (version < 150000) throw new Refused(`${name} leads to PostgreSQL ${Math.floor(version / 10000)}; Uyim needs 15 or newer.`)
  } catch (error) {
    if (error instanceof Refused) throw error
    const { hostname, port } = new URL(url)
    throw new Refused(`The database of ${name} at ${hostname}:${port || '5432'} does not let us in: ${reason(error)}.`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  const known: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there', ENOTFOUND: 'the host is unknown', ETIMEDOUT: 'it does not answer', EAI_AGAIN: 'the name of the host cannot be looked up',
    '28P01': 'the password is wrong', '28000': 'the role may not sign in', '3D000': 'the database does not exist',
  }
  return known[code ?? ''] ?? (message || code || String(error)).replace(/\.$/, '')
}

async function checkComplete(url: string, migrated: boolean): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const pending = await pendingMigrations(sql => client.query(sql))
    if (pending.length > 0) throw new Refused(`The database lacks ${pending.join(', ')}: set DATABASE_OWNER_URL so that they can be applied.`)
  } catch (error) {
    if (error instanceof MigrationRefused) throw new Refused(error.message)
    if ((error as { code?: string }).code !== '42P01') throw error
    if (migrated) throw new Refused('DATABASE_URL and DATABASE_OWNER_URL lead to different databases: what the owner has made is not where the application looks.')
    throw new Refused('The database is empty: set DATABASE_OWNER_URL so that its tables can be made.')
  } finally {
    await client.end()
  }
}

async function isEmpty(superUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: superUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ found: boolean }>(`select to_regclass('public.buildings') is not null as found`)
    if (!rows[0]?.found) return true
    return (await client.query('select from buildings limit 1')).rowCount === 0
  } finally {
    await client.end()
  }
}
