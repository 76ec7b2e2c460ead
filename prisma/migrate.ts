import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { registerServicesQuery } from '#server/infra/services.ts'

/** A state of the database in which nothing was changed; the message is for the operator. */
export class MigrationRefused extends Error {}

export type Migration = { name: string; sql: string; checksum: string }
export type MigrateOptions = { onProgress?: (name: string, index: number, count: number) => void; folder?: string }

type Applied = { migration_name: string; checksum: string; finished_at: Date | null; rolled_back_at: Date | null }

// The number that the Prisma CLI locks too, so that the two never run at once.
const lockNumber = 72707369
const defaultFolder = join(import.meta.dirname, 'migrations')

export function migrationsInCode(folder: string = defaultFolder): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(folder, entry.name, 'migration.sql')))
    .map(entry => entry.name)
    .sort()
    .map(name => {
      const bytes = readFileSync(join(folder, name, 'migration.sql'))
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') }
    })
}

/** Applies what is missing, each migration in a transaction of its own; the same table and checksums as the Prisma CLI. */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'uyim migrate' })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [lockNumber])
    const code = migrationsInCode(options.folder)
    const missing = findMissing(code, await readApplied(client))
    if (missing.length > 0) await prepareTable(client)
    for (const [index, migration] of missing.entries()) {
      options.onProgress?.(migration.name, index + 1, missing.length)
      await apply(client, migration)
    }
    await addMonths(client)
    return missing.map(migration => migration.name)
  } finally {
    await client.end()
  }
}

/** Each start leaves the tables of months with fourteen months to come, so that none falls into the rest that belongs to no month. */
async function addMonths(client: Client): Promise<void> {
  const { rows } = await client.query<{ known: boolean }>(`select to_regproc('app.ensure_partitions') is not null as known`)
  if (rows[0]?.known) {
    await client.query(`select app.ensure_partitions(c.relname, date_trunc('month', now())::date, (date_trunc('month', now()) + interval '14 months')::date)
      from pg_partitioned_table p join pg_class c on c.oid = p.partrelid where c.relnamespace = 'public'::regnamespace`)
  }
}

/** Registers the machine actors' sessions (settled 3); to be called by the owner after every `migrate`. */
export async function registerServices(ownerUrl: string, authSecret: string, demo: boolean): Promise<void> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'uyim migrate' })
  await client.connect()
  try {
    await client.query(registerServicesQuery(authSecret, demo))
  } finally {
    await client.end()
  }
}

/** Names that the code has and the database has not; throws as `migrate` does. Changes nothing. */
export async function pendingMigrations(query: (sql: string) => Promise<{ rows: Applied[] }>, folder?: string): Promise<string[]> {
  const { rows } = await query('select migration_name, checksum, finished_at, rolled_back_at from _prisma_migrations order by started_at')
  return findMissing(migrationsInCode(folder), rows).map(migration => migration.name)
}

async function readApplied(client: Client): Promise<Applied[]> {
  const found = await client.query<{ found: boolean }>(`select to_regclass('_prisma_migrations') is not null as found`)
  if (!found.rows[0]?.found) return []
  const { rows } = await client.query<Applied>('select migration_name, checksum, finished_at, rolled_back_at from _prisma_migrations order by started_at')
  return rows
}

function findMissing(code: Migration[], rows: Applied[]): Migration[] {
  const applied = rows.filter(row => row.rolled_back_at === null)
  const unfinished = applied.find(row => row.finished_at === null)
  if (unfinished) throw new MigrationRefused(`The migration ${unfinished.migration_name} was started and not finished by another tool; settle it before starting.`)
  const known = new Map(code.map(migration => [migration.name, migration]))
  const newer = applied.filter(row => !known.has(row.migration_name)).map(row => row.migration_name)
  if (newer.length > 0) throw new MigrationRefused(`The database is newer than the code: it has ${newer.join(', ')}, which this version does not know. Start the newer version.`)
  const changed = applied.find(row => known.get(row.migration_name)?.checksum !== row.checksum)
  if (changed) throw new MigrationRefused(`The migration ${changed.migration_name} was changed after it had been applied to this database; restore its text and write a new migration instead, or throw a demonstration away with \`npm run db:reset\`.`)
  const done = new Set(applied.map(row => row.migration_name))
  return code.filter(migration => !done.has(migration.name))
}

async function prepareTable(client: Client): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(`select exists (select from pg_roles where rolname = 'uyim_app') as found`)
  if (!rows[0]?.found) throw new MigrationRefused('The role uyim_app does not exist on this server: create it (create role uyim_app login password …), then start again.')
  await client.query(`
    create table if not exists _prisma_migrations (
      id varchar(36) primary key not null,
      checksum varchar(64) not null,
      finished_at timestamptz,
      migration_name varchar(255) not null,
      logs text,
      rolled_back_at timestamptz,
      started_at timestamptz not null default now(),
      applied_steps_count integer not null default 0
    )`)
  await client.query('grant select on _prisma_migrations to uyim_app')
}

async function apply(client: Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(migration.sql)
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, clock_timestamp(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw new Error(`The migration ${migration.name} failed and was rolled back: ${describe(error, migration.sql)}`, { cause: error })
  }
}

function describe(error: unknown, sql: string): string {
  const { message, position, where } = error as { message: string; position?: string; where?: string }
  const line = position === undefined ? '' : ` (line ${sql.slice(0, Number(position)).split('\n').length})`
  return `${message}${line}${where ? `; ${where.split('\n')[0]}` : ''}`
}
