import { beforeAll, beforeEach, expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { faultsOf, keptHouse, linesOf, monthOf, paidOf, paidThrough, statementDatabase, takeIn, type Keeper } from '#test/support/statement-steps.ts'

let db: TestDatabase
let house: TestHouse
let keeper: Keeper

beforeAll(async () => { db = await statementDatabase() })
beforeEach(async () => {
  keeper = await keptHouse(db, 2)
  house = keeper.house
})

const lines = (count: number) => Array.from({ length: count }, (_, index) => ({ date: '2026-11-05', amount: 500n, purpose: house.premises[0]!.accountNumber, number: String(index) }))

test('known already: the line stands behind that payment, and nothing is posted again', async () => {
  const known = await paidThrough(house, { provider: 'payme', flat: 0, amount: 500n, day: '2026-11-05', externalId: 'p' })
  const statement = await takeIn(keeper, { text: monthOf(keeper, lines(2)) })
  const line = { buildingId: house.buildingId, statementId: statement.statementId }
  const { rows } = await keeper.person.caller.statements.worklist({})
  expect(rows.map(row => row.known)).toMatchObject([{ paymentId: known, provider: 'payme' }, { paymentId: known }])
  await keeper.person.caller.statements.linkLine({ ...line, row: 1, paymentId: known })
  // The second line alike is another payment: one payment stands behind one line.
  await expect(keeper.person.caller.statements.linkLine({ ...line, row: 2, paymentId: known })).rejects.toMatchObject({ cause: { code: 'statements.paymentLinked' } })
  await keeper.person.caller.statements.assignLine({ ...line, row: 2, number: house.premises[0]!.accountNumber })
  expect(await paidOf(db, house)).toHaveLength(2)
  expect(await faultsOf(db, house)).toEqual([])
})

test('refused: another sum, a payment of nobody or of another house, one that was given back', async () => {
  const statement = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-05', amount: 500n, purpose: 'x' }]) })
  const line = { buildingId: house.buildingId, statementId: statement.statementId, row: 1 }
  const { linkLine } = keeper.person.caller.statements
  const other = await paidThrough(house, { provider: 'payme', flat: 0, amount: 501n, day: '2026-11-05', externalId: 'q' })
  await expect(linkLine({ ...line, paymentId: other })).rejects.toMatchObject({ cause: { code: 'statements.linkAmount' } })
  const twin = await makeHouse(db, { flats: 1 })
  for (const paymentId of [newId(), await paidThrough(twin, { provider: 'payme', flat: 0, amount: 500n, day: '2026-11-05', externalId: 'r' })]) {
    await expect(linkLine({ ...line, paymentId })).rejects.toMatchObject({ cause: { code: 'payments.paymentNotFound' } })
  }
  const back = await paidThrough(house, { provider: 'kaspi', flat: 0, amount: 500n, day: '2026-11-05', externalId: 's' })
  await keeper.person.caller.payments.reverse({ buildingId: house.buildingId, paymentId: back, reason: 'по письму' })
  await expect(linkLine({ ...line, paymentId: back })).rejects.toMatchObject({ cause: { code: 'payments.notPaid' } })
})

test('the payment behind a linked line is given back: the line waits for a person again, with the reason', async () => {
  const { caller } = keeper.person
  const known = await paidThrough(house, { provider: 'kaspi', flat: 0, amount: 500n, day: '2026-11-05', externalId: 'b' })
  const statement = await takeIn(keeper, { text: monthOf(keeper, lines(1)) })
  const line = { buildingId: house.buildingId, statementId: statement.statementId, row: 1 }
  await caller.statements.linkLine({ ...line, paymentId: known })
  expect((await caller.statements.worklist({})).rows).toEqual([])
  await caller.payments.reverse({ buildingId: house.buildingId, paymentId: known, reason: 'по письму банка 17' })
  expect((await caller.statements.worklist({})).rows).toMatchObject([{ state: 'EXCEPTION', problem: 'REVERSED', note: 'по письму банка 17', known: { paymentId: known, state: 'REFUNDED' } }])
  await expect(caller.statements.linkLine({ ...line, paymentId: known })).rejects.toMatchObject({ cause: { code: 'payments.notPaid' } })
  // The money of the line itself is still there: a person gives it its place.
  await caller.statements.assignLine({ ...line, number: house.premises[1]!.accountNumber })
  expect(await faultsOf(db, house)).toEqual([])
})

test('the same when its provider takes it back by its own call; what a registry knew by itself stays known', async () => {
  const payme = await paidThrough(house, { provider: 'payme', flat: 0, amount: 500n, day: '2026-11-05', externalId: 'c' })
  const bank = await takeIn(keeper, { text: monthOf(keeper, lines(1)) })
  await keeper.person.caller.statements.linkLine({ buildingId: house.buildingId, statementId: bank.statementId, row: 1, paymentId: payme })
  const registry = await takeIn(keeper, { source: 'payme', name: 'r.csv', text: `date;account;amount;id\n05.11.2026;${house.premises[0]!.accountNumber};5,00;c` })
  expect((await linesOf(keeper, registry)).map(each => each.state)).toEqual(['KNOWN'])
  await serviceTransaction('payments', ctx => ctx.db.$executeRaw`select app.reverse_payment(t, app.new_id(), app.moment(), 5) from payment_transactions t where t.building_id = ${house.buildingId}::uuid and t.payment_id = ${payme}::uuid`)
  expect((await linesOf(keeper, bank)).map(each => [each.state, each.problem])).toEqual([['EXCEPTION', 'REVERSED']])
  expect((await linesOf(keeper, registry)).map(each => each.state)).toEqual(['KNOWN'])
})

test('a desk and the bank told of one sum, and it was given back: only one of the two lines is settled again, the other is linked to that', async () => {
  const { caller } = keeper.person
  const number = house.premises[0]!.accountNumber
  const desk = await takeIn(keeper, { source: 'desk', name: 'r.csv', text: `date;account;amount;id\n05.11.2026;${number};5,00;d` })
  const [paid] = await db.sql<{ id: string }>('select payment_id::text as id from payment_transactions where building_id = $1', [house.buildingId])
  const bank = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-05', amount: 500n, purpose: 'x' }]) })
  const at = (statement: { statementId: string }, row = 1) => ({ buildingId: house.buildingId, statementId: statement.statementId, row })
  const [row] = await linesOf(keeper, desk)
  await caller.statements.linkLine({ ...at(bank), paymentId: paid!.id })
  await caller.payments.reverse({ buildingId: house.buildingId, paymentId: paid!.id, reason: 'по письму' })
  expect((await caller.statements.worklist({})).rows).toHaveLength(2)
  const both = await Promise.allSettled([caller.statements.assignLine({ ...at(desk, Number(row!.row)), number }), caller.statements.assignLine({ ...at(bank), number })])
  expect(both.map(each => each.status).sort()).toEqual(['fulfilled', 'rejected'])
  const left = both[0]!.status === 'rejected' ? at(desk, Number(row!.row)) : at(bank)
  await expect(caller.statements.assignLine({ ...left, number })).rejects.toMatchObject({ cause: { code: 'statements.alreadySettled' } })
  await expect(caller.statements.splitLine({ ...left, parts: [{ number, amount: 200n }, { number: house.premises[1]!.accountNumber, amount: 300n }] })).rejects.toMatchObject({ cause: { code: 'statements.alreadySettled' } })
  const [again] = await db.sql<{ id: string }>(`select payment_id::text as id from payment_transactions where building_id = $1 and state = 'PAID'`, [house.buildingId])
  await caller.statements.linkLine({ ...left, paymentId: again!.id })
  expect(await paidOf(db, house)).toMatchObject([{ state: 'REFUNDED' }, { state: 'PAID', amount: '500' }])
  expect(await faultsOf(db, house)).toEqual([])
})
