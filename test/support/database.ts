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
type Held = { database: TestDatabase; hands: Pool }
const holder = globalThis as unknown as Record<symbol, Promise<Held> | undefined>

/** One database per test file, cloned from the migrated template; the same one at each call. */
export async function testDatabase(): Promise<TestDatabase> {
  return (await (holder[key] ??= createDatabase())).database
}

async function createDatabase(): Promise<Held> {
  const { port, major } = inject('postgres')
  const name = `uyim_test_${randomBytes(6).toString('hex')}`
  const address = (role: string, database = name) => `postgresql://${role}@127.0.0.1:${port}/${database}`
  await runAlone(address('postgres', 'postgres'), `create database ${name} template uyim_template strategy file_copy owner uyim_owner`)
  // Several, because a statement may wait for a lock that another is to give free. What a statement sets for its session stays: `set local`.
  const hands = new Pool({ connectionString: address('postgres'), max: 20, idleTimeoutMillis: 0 })
  hands.on('error', () => undefined)
  const sql: TestDatabase['sql'] = async <Row extends Record<string, unknown>>(text: string, values: unknown[] = []) => (await hands.query<Row>(text, values)).rows
  return {
    hands,
    database: {
      name, major, sql, superUrl: address('postgres'), url: address('uyim_app'), ownerUrl: address('uyim_owner'),
      shiftClock: async milliseconds => {
        await sql(`
          with gone as (delete from app.clock_shift)
          insert into app.clock_shift (shift) values ($1::float8 * interval '1 millisecond')`, [milliseconds])
      },
    },
  }
}

export async function dropTestDatabase(): Promise<void> {
  const held = await holder[key]
  if (!held) return
  holder[key] = undefined
  await held.hands.end()
  await runAlone(held.database.superUrl.replace(/[^/]*$/, 'postgres'), `drop database if exists ${held.database.name} with (force)`)
}

async function runAlone(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
