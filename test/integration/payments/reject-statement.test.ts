import { beforeAll, expect, test } from 'vitest'
import { asManager } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { keptHouse, monthOf, paidOf, readFile, statementDatabase, takeIn, type Keeper } from '#test/support/statement-steps.ts'

let db: TestDatabase
let house: TestHouse
let keeper: Keeper

beforeAll(async () => {
  db = await statementDatabase()
  keeper = await keptHouse(db, 1)
  house = keeper.house
})

test('let go: no line stays, nothing was posted, and the file may be brought again', async () => {
  const text = monthOf(keeper, [{ date: '2026-11-02', amount: 500n, purpose: house.premises[0]!.accountNumber }])
  const statement = await readFile(keeper, { text })
  await keeper.person.caller.statements.reject(statement)
  expect(await db.sql('select from statement_lines where statement_id = $1', [statement.statementId])).toEqual([])
  expect(await paidOf(db, house)).toEqual([])
  expect(await takeIn(keeper, { text })).toMatchObject({ state: 'DONE' })
  expect(await paidOf(db, house)).toHaveLength(1)
})

test('refused: what is posted is not let go, and its lines cannot be forgotten; another house is not found', async () => {
  const statement = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-03', amount: 700n, purpose: 'x' }]) })
  await expect(keeper.person.caller.statements.reject(statement)).rejects.toMatchObject({ cause: { code: 'statements.notWaiting' } })
  await expect(db.sql('delete from statement_lines where statement_id = $1', [statement.statementId])).rejects.toMatchObject({ code: 'UY001' })
  const other = await asManager(db, await makeHouse(db, { flats: 1 }))
  await expect(other.caller.statements.reject(statement)).rejects.toMatchObject({ cause: { code: 'statements.notFound' } })
})
