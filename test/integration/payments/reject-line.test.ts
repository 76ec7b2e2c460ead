import { beforeAll, expect, test } from 'vitest'
import { asClerk } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import type { TestHouse } from '#test/support/factories.ts'
import { keptHouse, linesOf, monthOf, paidOf, statementDatabase, takeIn, type Keeper } from '#test/support/statement-steps.ts'

let db: TestDatabase
let house: TestHouse
let keeper: Keeper

beforeAll(async () => {
  db = await statementDatabase()
  keeper = await keptHouse(db, 1)
  house = keeper.house
})

test('not ours: said once, with words that stay; no payment comes of it, and the list is empty', async () => {
  const statement = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-05', amount: 500n, name: 'ИП Сосед', purpose: 'аренда' }]) })
  const line = { buildingId: house.buildingId, statementId: statement.statementId, row: 1, reason: 'NOT_OURS' as const, note: 'Ошибочный платёж, вернуть' }
  await keeper.person.caller.statements.rejectLine(line)
  expect(await linesOf(keeper, statement)).toMatchObject([{ state: 'REJECTED', reason: 'NOT_OURS', note: line.note }])
  expect((await keeper.person.caller.statements.worklist({})).all).toBe(0)
  expect(await paidOf(db, house)).toEqual([])
  expect(await db.sql(`select ground from audit_entries where building_id = $1 and action = 'payments.rejectLine'`, [house.buildingId])).toEqual([{ ground: line.note }])
  await expect(keeper.person.caller.statements.rejectLine(line)).rejects.toMatchObject({ cause: { code: 'statements.lineSettled' } })
})

test('refused: without a reason in words; a line that is posted; a clerk', async () => {
  const statement = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-06', amount: 500n, purpose: house.premises[0]!.accountNumber }]) })
  const line = { buildingId: house.buildingId, statementId: statement.statementId, row: 1, reason: 'NOT_OURS' as const }
  await expect(keeper.person.caller.statements.rejectLine({ ...line, note: ' ' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(keeper.person.caller.statements.rejectLine({ ...line, note: 'почему-то' })).rejects.toMatchObject({ cause: { code: 'statements.lineSettled' } })
  await expect((await asClerk(db, house)).caller.statements.rejectLine({ ...line, note: 'почему-то' })).rejects.toMatchObject({ cause: { code: 'statements.lineNotFound' } })
})
