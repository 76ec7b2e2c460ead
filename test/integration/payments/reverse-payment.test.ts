import { afterAll, beforeAll, expect, test } from 'vitest'
import { asAccountant, asClerk, asCouncil, asManager, asOwner } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { FakeKaspi } from '#test/support/fakes/kaspi.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { makeInvoice, makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let twinHouse: TestHouse
let kaspi: FakeKaspi
let doors: Awaited<ReturnType<typeof openDoors>>

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'KZ', flats: 3 })
  twinHouse = await makeHouse(db, { country: 'KZ', flats: 1 })
  doors = await openDoors()
  kaspi = new FakeKaspi(doors.origin)
  await makeMerchant(db, { provider: 'kaspi', short: true })
})
afterAll(() => doors.close())

async function pay(number: string, sum: string): Promise<{ buildingId: string; paymentId: string }> {
  const id = FakeKaspi.newOperation()
  expect((await kaspi.pay(id, number, sum)).result).toBe(0)
  const [row] = await db.sql<{ payment_id: string }>('select payment_id from payment_transactions where external_id = $1', [id])
  return { buildingId: house.buildingId, paymentId: row!.payment_id }
}
const reason = 'Letter of the bank No 17 of 20.11.2026'

test('P14 Kaspi: a refund by letter: the opposite once, the invoice open again, who and why in the trail', async () => {
  const unit = house.premises[0]!
  const invoice = await makeInvoice(db, { buildingId: house.buildingId, premisesId: unit.premisesId, accountId: unit.accountId, country: 'KZ' }, 500_000n)
  const key = await pay(invoice.number, '5000.00')
  const accountant = await asAccountant(db, house)
  await accountant.caller.payments.reverse({ ...key, reason })
  expect(await db.sql('select kind, amount::text, fund from ledger_entries where account_id = $1 order by seq', [unit.accountId])).toEqual([
    { kind: 'PAYMENT', amount: '-500000', fund: invoice.fund }, { kind: 'REVERSAL', amount: '500000', fund: invoice.fund }])
  expect((await db.sql('select state, paid_by from payment_invoices where invoice_id = $1', [invoice.invoiceId]))[0]).toEqual({ state: 'OPEN', paid_by: null })
  expect(await db.sql(`select person_id, ground from audit_entries where action = 'payments.reversePayment' and ground = $1`, [reason])).toEqual([{ person_id: accountant.personId, ground: reason }])
  expect(await db.sql(`select from event_queue where name = 'payments.reversed' and payload ->> 'paymentId' = $1`, [key.paymentId])).toHaveLength(1)
  await expect(accountant.caller.payments.reverse({ ...key, reason })).rejects.toMatchObject({ code: 'CONFLICT', message: 'payments.notPaid' })
  expect((await kaspi.check(invoice.number)).result).toBe(0)
})

test('the accountant finds the payment by the number that was paid, and sees it given back; nobody else is shown the list', async () => {
  const unit = house.premises[2]!
  const invoice = await makeInvoice(db, { buildingId: house.buildingId, premisesId: unit.premisesId, accountId: unit.accountId, country: 'KZ' }, 250_000n)
  const [first, second] = [await pay(unit.accountNumber, '70.00'), await pay(invoice.number, '2500.00')]
  const accountant = await asAccountant(db, house)
  const listed = async (number: string) => (await accountant.caller.payments.ofNumber({ number })).payments.map(each => [each.paymentId, each.number, each.amount, each.state, each.postedAt !== null])
  const both = [[second.paymentId, invoice.number, 250_000n, 'PAID', true], [first.paymentId, unit.accountNumber, 7000n, 'PAID', true]]
  expect(await listed(unit.accountNumber)).toEqual(both)
  expect(await listed(invoice.number)).toEqual(both)
  await accountant.caller.payments.reverse({ ...first, reason })
  expect((await listed(unit.accountNumber)).map(each => each[3])).toEqual(['PAID', 'REFUNDED'])
  const number = { number: unit.accountNumber }
  await expect((await asClerk(db, house)).caller.payments.ofNumber(number)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  for (const staff of [await asAccountant(db, twinHouse), await asManager(db, twinHouse)]) await expect(staff.caller.payments.ofNumber(number)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect((await asOwner(db, house, unit)).caller.payments.ofNumber(number)).rejects.toThrow()
})

test('two at once: one posting', async () => {
  const key = await pay(house.premises[1]!.accountNumber, '100.00')
  const manager = await asManager(db, house)
  const results = await Promise.allSettled(Array.from({ length: 4 }, () => manager.caller.payments.reverse({ ...key, reason })))
  expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
  expect(await db.sql(`select from ledger_entries where account_id = $1 and kind = 'REVERSAL'`, [house.premises[1]!.accountId])).toHaveLength(1)
})

test('others are refused: forbidden where they see it, not found where they do not', async () => {
  const key = await pay(house.premises[2]!.accountNumber, '10.00')
  const clerk = await asClerk(db, house)
  await expect(clerk.caller.payments.reverse({ ...key, reason })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  for (const staff of [await asAccountant(db, twinHouse), await asManager(db, twinHouse)]) await expect(staff.caller.payments.reverse({ ...key, reason })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  for (const person of [await asOwner(db, house, house.premises[2]!), await asCouncil(db, house)]) await expect(person.caller.payments.reverse({ ...key, reason })).rejects.toThrow()
})
