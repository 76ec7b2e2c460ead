import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { MigrationRefused, migrate } from '#prisma/migrate.ts'
import { checkApplicationRole } from '#server/start/roles.ts'
import { testDatabase } from '#test/support/database.ts'

const database = await testDatabase()

const folders: string[] = []
afterAll(() => folders.forEach(folder => rmSync(folder, { recursive: true, force: true })))

function folderWith(migrations: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'uyim-migrations-'))
  folders.push(folder)
  for (const [name, sql] of Object.entries(migrations)) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'migration.sql'), sql)
  }
  return folder
}

test('applying again changes nothing', async () => {
  expect(await migrate(database.ownerUrl)).toEqual([])
})

test('every table of months has those of a year to come', async () => {
  const tables = await database.sql<{ name: string }>(`select c.relname as name from pg_partitioned_table p join pg_class c on c.oid = p.partrelid where c.relnamespace = 'public'::regnamespace`)
  expect(tables.length).toBeGreaterThan(3)
  const missing = () => database.sql<{ part: string }>(`select x.part from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
    cross join lateral (select c.relname || '_' || to_char(now() + n * interval '1 month', 'YYYY_MM') as part from generate_series(0, 14) n) x
    where c.relnamespace = 'public'::regnamespace and to_regclass('public.' || x.part) is null`)
  expect(await missing()).toEqual([])
  await database.sql(`do $$ begin execute 'drop table public.bills_' || to_char(now() + interval '14 months', 'YYYY_MM'); end $$`)
  expect(await missing()).toHaveLength(1)
  await migrate(database.ownerUrl)
  expect(await missing()).toEqual([])
})

test('refuses a database that knows a migration which the code does not', async () => {
  const error = await migrate(database.ownerUrl, { folder: folderWith({}) }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(MigrationRefused)
  expect((error as Error).message).toContain('The database is newer than the code')
})

test('refuses a migration whose text was changed after it had been applied', async () => {
  const names = await database.sql<{ name: string }>('select migration_name as name from _prisma_migrations')
  const folder = folderWith(Object.fromEntries(names.map(({ name }) => [name, 'select 1;'])))
  await expect(migrate(database.ownerUrl, { folder })).rejects.toThrow('was changed after it had been applied')
})

test('stores the checksums of the Prisma CLI: sha256 of the file', async () => {
  const rows = await database.sql<{ checksum: string }>('select checksum from _prisma_migrations')
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) expect(row.checksum).toMatch(/^[0-9a-f]{64}$/)
})

test('the application does not start as superuser or as the owner of the tables', async () => {
  await expect(checkApplicationRole(database.superUrl)).rejects.toThrow('superuser')
  await expect(checkApplicationRole(database.ownerUrl)).rejects.toThrow('owner of the table')
  await expect(checkApplicationRole(database.url)).resolves.toBeUndefined()
})

test('time of the database is shifted for tests only', async () => {
  await database.shiftClock(3_600_000)
  const [row] = await database.sql<{ shifted: boolean }>(`select app.now() - now() = interval '1 hour' as shifted`)
  expect(row?.shifted).toBe(true)
  await database.shiftClock(0)
})
