import { beforeAll, beforeEach, expect, test } from 'vitest'
import { asAccountant } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { makeInvoice } from '#test/support/fakes/payme.ts'
import { faultsOf, keptHouse, monthOf, paidOf, statementDatabase, takeIn, type Keeper } from '#test/support/statement-steps.ts'

let db: TestDatabase
let house: TestHouse
let keeper: Keeper
let line: { buildingId: string; statementId: string; row: number }

beforeAll(async () => { db = await statementDatabase() })
beforeEach(async () => {
  keeper = await keptHouse(db, 3)
  house = keeper.house
  const statement = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-05', amount: 10_001n, purpose: `за себя и соседей ${number(0)} ${number(1)}` }]) })
  line = { buildingId: house.buildingId, statementId: statement.statementId, row: 1 }
})

const number = (flat: number) => house.premises[flat]!.accountNumber

test('one transfer for two accounts: each is paid its part, in one act', async () => {
  const parts = [{ number: number(0), amount: 6_000n }, { number: number(1), amount: 4_001n }]
  await keeper.person.caller.statements.splitLine({ ...line, parts })
  expect(await paidOf(db, house)).toMatchObject([{ number: number(0), amount: '6000' }, { number: number(1), amount: '4001' }])
  expect(await faultsOf(db, house)).toEqual([])
  expect(await db.sql('select part from statement_settlements where building_id = $1 order by part', [house.buildingId])).toEqual([{ part: 1 }, { part: 2 }])
  await expect(keeper.person.caller.statements.splitLine({ ...line, parts })).rejects.toMatchObject({ cause: { code: 'statements.lineSettled' } })
})

test('refused: parts that are not the whole, one account twice, an account of another house; nothing of it stays', async () => {
  const { splitLine } = keeper.person.caller.statements
  await expect(splitLine({ ...line, parts: [{ number: number(0), amount: 6_000n }, { number: number(1), amount: 4_000n }] })).rejects.toMatchObject({ cause: { code: 'statements.partsDiffer' } })
  await expect(splitLine({ ...line, parts: [{ number: number(0), amount: 6_000n }, { number: number(0), amount: 4_001n }] })).rejects.toMatchObject({ cause: { code: 'statements.sameAccountTwice' } })
  const twin = await makeHouse(db, { flats: 1 })
  await expect(splitLine({ ...line, parts: [{ number: number(0), amount: 6_000n }, { number: twin.premises[0]!.accountNumber, amount: 4_001n }] })).rejects.toMatchObject({ cause: { code: 'statements.numberUnknown' } })
  await expect((await asAccountant(db, twin)).caller.statements.splitLine({ ...line, parts: [{ number: number(0), amount: 6_000n }, { number: number(1), amount: 4_001n }] })).rejects.toMatchObject({ cause: { code: 'statements.lineNotFound' } })
  expect(await paidOf(db, house)).toEqual([])
})

test('an account and an invoice of the same account are two parts', async () => {
  const unit = house.premises[0]!
  const invoice = await makeInvoice(db, { buildingId: house.buildingId, premisesId: unit.premisesId, accountId: unit.accountId, country: 'KZ' }, 7_000n)
  await keeper.person.caller.statements.splitLine({ ...line, parts: [{ number: number(0), amount: 3_001n }, { number: invoice.number, amount: 7_000n }] })
  expect(await paidOf(db, house)).toMatchObject([{ number: number(0), amount: '3001', fund: null }, { number: invoice.number, amount: '7000', fund: invoice.fund }])
  expect(await faultsOf(db, house)).toEqual([])
})
