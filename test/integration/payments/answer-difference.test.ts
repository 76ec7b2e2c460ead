import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { keptHouse, monthOf, statementDatabase, takeIn, type Keeper } from '#test/support/statement-steps.ts'

let db: TestDatabase
let house: TestHouse
let keeper: Keeper

beforeAll(async () => {
  db = await statementDatabase()
  keeper = await keptHouse(db, 1)
  house = keeper.house
})

test('explained once, in words that stay when the day is judged again; refused twice, without words, or of another house', async () => {
  await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-12', amount: 800n, purpose: 'x' }]) })
  const { reconcile, reconciliations, answerDifference } = keeper.person.caller.statements
  const day = { buildingId: house.buildingId, day: '2026-11-12' }
  await reconcile(day)
  const [one] = (await reconciliations({})).differences
  // Five working days have passed, and nobody has said why.
  expect(one).toMatchObject({ class: 'MISSING_HERE', overdue: true, explanation: null })
  const answer = { buildingId: house.buildingId, differenceId: one!.differenceId, explanation: 'Ждём письма банка' }
  await expect(answerDifference({ ...answer, explanation: '' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await answerDifference(answer)
  await reconcile(day)
  expect((await reconciliations({})).differences).toMatchObject([{ explanation: 'Ждём письма банка', overdue: false }])
  expect((await reconciliations({})).days).toMatchObject([{ differences: 1, unexplained: 0 }])
  await expect(answerDifference(answer)).rejects.toMatchObject({ cause: { code: 'statements.explained' } })
  const twin = await asAccountant(db, await makeHouse(db, { flats: 1 }))
  for (const differenceId of [one!.differenceId, newId()]) await expect(twin.caller.statements.answerDifference({ ...answer, differenceId })).rejects.toMatchObject({ cause: { code: 'statements.differenceNotFound' } })
})
