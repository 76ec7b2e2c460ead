import { beforeAll, expect, test } from 'vitest'
import { asAccountant, asClerk } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { keptHouse, monthOf, readFile, statementDatabase, type Keeper } from '#test/support/statement-steps.ts'

let db: TestDatabase
let house: TestHouse
let keeper: Keeper

beforeAll(async () => {
  db = await statementDatabase()
  keeper = await keptHouse(db, 1)
  house = keeper.house
})

test('a person says yes: the worker is told, and the trace holds what was seen', async () => {
  const statement = await readFile(keeper, { text: monthOf(keeper, [{ date: '2026-11-02', amount: 500n, purpose: house.premises[0]!.accountNumber }]) })
  await keeper.person.caller.statements.accept(statement)
  expect(await keeper.person.caller.statements.state(statement)).toMatchObject({ state: 'POSTING' })
  expect(await db.sql(`select from event_queue where building_id = $1 and name = 'payments.statementAccepted'`, [house.buildingId])).toHaveLength(1)
  const [trace] = await db.sql<{ after: { outcomes: unknown[] } }>(`select after from audit_entries where building_id = $1 and action = 'payments.acceptStatement'`, [house.buildingId])
  expect(trace?.after.outcomes).toEqual([{ state: 'MATCHED', problem: null, count: 1, amount: '500' }])
  await expect(keeper.person.caller.statements.accept(statement)).rejects.toMatchObject({ cause: { code: 'statements.notWaiting' } })
})

test('refused: a file that was not taken, a file of another house', async () => {
  const failed = await readFile(keeper, { text: 'none' })
  await expect(keeper.person.caller.statements.accept(failed)).rejects.toMatchObject({ cause: { code: 'statements.notWaiting' } })
  const statement = await readFile(keeper, { text: monthOf(keeper, []) })
  for (const person of [await asAccountant(db, await makeHouse(db, { flats: 1 })), await asClerk(db, house)]) {
    await expect(person.caller.statements.accept(statement)).rejects.toMatchObject({ cause: { code: 'statements.notFound' } })
    await expect(person.caller.statements.one(statement)).rejects.toMatchObject({ cause: { code: 'statements.notFound' } })
  }
})
