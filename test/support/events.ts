import type { TestDatabase } from '#test/support/database.ts'

/** Whatever was announced by that name has the promised shape. */
export async function holdShape(db: TestDatabase, name: string, promised: { parse: (payload: unknown) => unknown }): Promise<void> {
  for (const { payload } of await db.sql<{ payload: unknown }>('select payload from event_queue where name = $1', [name])) promised.parse(payload)
}
