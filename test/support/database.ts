import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
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
const holder = globalThis as unknown as Record<symbol, Promise<TestDatabase> | undefined>

/** One database per test file, cloned from the migrated template; the same one at each call. */
export function testDatabase(): Promise<TestDatabase> {
  return (holder[key] ??= createDatabase())
}

async function createDatabase(): Promise<TestDatabase> {
  const { port, major } = inject('postgres')
  const name = `uyim_test_${randomBytes(6).toString('hex')}`
  const address = (role: string, database: string) => `postgresql://${role}@127.0.0.1:${port}/${database}`
  const run = async <Row extends Record<string, unknown>>(url: string, text: string, values: unknown[] = []) => {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<Row>(text, values)).rows
    } finally {
      await client.end()
    }
  }
  await run(address('postgres', 'postgres'), `create database ${name} template uyim_template strategy file_copy owner uyim_owner`)
  const superUrl = address('postgres', name)
  return {
    name, superUrl, major,
    url: address('uyim_app', name),
    ownerUrl: address('uyim_owner', name),
    shiftClock: async milliseconds => {
      await run(superUrl, `
        with gone as (delete from app.clock_shift)
        insert into app.clock_shift (shift) values ($1::float8 * interval '1 millisecond')`, [milliseconds])
    },
    sql: (text, values) => run(superUrl, text, values),
  }
}

export async function dropTestDatabase(): Promise<void> {
  const database = await holder[key]
  if (!database) return
  holder[key] = undefined
  const client = new Client({ connectionString: database.superUrl.replace(/[^/]*$/, 'postgres') })
  await client.connect()
  await client.query(`drop database if exists ${database.name} with (force)`)
  await client.end()
}
