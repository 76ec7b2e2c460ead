import { randomBytes } from 'node:crypto'
import { Client, Pool } from 'pg'
import { inject } from 'vitest'

export type TestDatabase = {
  name: string
  /** The application role: policies and grants hold. */
  url: string
  /** The owner of the tables: for arranging a test and looking behind the policies' back. */
  ownerUrl: string
  /** For tests of the database itself (catalogue, partitions, corruption of rows). */
  superUrl: string
  /** PostgreSQL's major version. */
  major: number
  /** From now on app.now() is that far from the machine's clock; the next call replaces the shift. */
  shiftClock: (milliseconds: number) => Promise<void>
  /** SQL as the owner with row-level security switched off; for arranging and asserting. */
  sql: <Row extends Record<string, unknown>>(text: string, values?: unknown[]) => Promise<Row[]>
}

const key = Symbol.for('uyim.test.database')
const holder = globalThis as unknown as Record<symbol, TestDatabase | undefined>

/** The database of this process; the same one at each call. Its name stays when files share the process: what was loaded for one holds the address. */
export function testDatabase(): Promise<TestDatabase> {
  return Promise.resolve(holder[key] ??= describeDatabase())
}

function describeDatabase(): TestDatabase {
  const { port, major } = inject('postgres')
  const name = `uyim_test_${randomBytes(6).toString('hex')}`
  const address = (role: string) => `postgresql://${role}@127.0.0.1:${port}/${name}`
  // Several, because a statement may wait for a lock that another is to give free. What a statement sets for its session stays: `set local`.
  const hands = new Pool({ connectionString: address('postgres'), max: 20, idleTimeoutMillis: 0 })
  hands.on('error', () => undefined)
  const sql: TestDatabase['sql'] = async <Row extends Record<string, unknown>>(text: string, values: unknown[] = []) => (await hands.query<Row>(text, values)).rows
  return {
    name, major, sql, superUrl: address('postgres'), url: address('uyim_app'), ownerUrl: address('uyim_owner'),
    shiftClock: async milliseconds => {
      await sql(`
        with gone as (delete from app.clock_shift)
        insert into app.clock_shift (shift) values ($1::float8 * interval '1 millisecond')`, [milliseconds])
    },
  }
}

/** A new one for each file, cloned from the migrated template. A file without a test that runs leaves its own behind. */
export async function createTestDatabase(): Promise<TestDatabase> {
  await dropTestDatabase()
  const database = await testDatabase()
  await runAlone(database, `create database ${database.name} template uyim_template strategy file_copy owner uyim_owner`)
  return database
}

/** With it goes what the product remembers of it; what modules hold on to from their loading stays. */
export async function dropTestDatabase(): Promise<void> {
  const database = await testDatabase()
  const slots = (globalThis as unknown as Record<symbol, Map<string, unknown> | undefined>)[Symbol.for('uyim.slots')]
  for (const name of slots?.keys() ?? []) if (!/^(log|metrics|texts|pdfmake)/.test(name)) slots?.delete(name)
  await runAlone(database, `drop database if exists ${database.name} with (force)`)
}

async function runAlone({ superUrl }: TestDatabase, text: string): Promise<void> {
  const client = new Client({ connectionString: superUrl.replace(/[^/]*$/, 'postgres') })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
