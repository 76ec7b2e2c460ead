import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asOwner, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeInvoice, makeMerchant } from '#test/support/fakes/payme.ts'

// payments.md 2.4 and P18: what is sold, told before the payment; the receipt of it, stored and shown.
let db: TestDatabase
let doors: Awaited<ReturnType<typeof openDoors>>
let house: TestHouse
let admin: ActingPerson
let payme: FakePayme
const merchantId = newId()
const item = { title: 'Uy-joyni boshqarish', code: '10305001001000000', packageCode: '1234567', vatPercent: 12 }
const repair = { title: 'Kapital taʼmirlash', code: '10305001002000000', packageCode: '7654321', vatPercent: 0 }
const facts = {
  merchantId, provider: 'payme' as const, segment: 'fiscal-house', country: 'UZ' as const, scopeType: 'OPERATOR' as const, scopeId: null, shortAddress: false, externalId: '', accountField: 'ls',
  mostAmount: 100_000_000_000n, allowedAddresses: [], refunds: 'ALLOWED' as const, answerFormat: 'JSON' as const, payPage: '', activeFrom: '2020-01-01', fiscalItems: { ACCOUNT: item, PROGRAMME: repair },
}

beforeAll(async () => {
  db = await testDatabase()
  doors = await openDoors()
  house = await makeHouse(db, { country: 'UZ', flats: 4 })
  admin = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' })
  await admin.caller.payments.registerMerchant(facts)
  await admin.caller.payments.replaceMerchantKey({ merchantId, key: 'fiscal-key-0001', test: true })
  payme = new FakePayme(doors.origin, 'fiscal-key-0001', '/api/payments/payme/fiscal-house')
})
afterAll(async () => {
  await doors.close()
  const { pool } = await import('#server/infra/db.ts')
  await pool().end()
})

test('one line with the paid sum, by what is paid; its sum is the amount', async () => {
  const of = house.premises[0]!
  const { number } = await makeInvoice(db, { buildingId: house.buildingId, premisesId: of.premisesId, accountId: of.accountId }, 500_000n)
  const line = (sold: typeof item, price: number) => ({ receipt_type: 0, items: [{ title: sold.title, price, count: 1, code: sold.code, package_code: sold.packageCode, vat_percent: sold.vatPercent }] })
  expect((await payme.check(of.accountNumber, 112_050)).result).toEqual({ allow: true, additional: { house: house.name, unit: of.number }, detail: line(item, 112_050) })
  expect((await payme.check(number, 500_000)).result?.['detail']).toEqual(line(repair, 500_000))
})

test('without the codes there is no detail; broken codes are not taken', async () => {
  const plain = await makeMerchant(db)
  expect((await new FakePayme(doors.origin, plain.key, `/api/payments/payme/${plain.segment}`).check(house.premises[0]!.accountNumber, 100_000)).result).not.toHaveProperty('detail')
  for (const wrong of [{ code: '123' }, { vatPercent: 101 }, { packageCode: 'x' }, { title: '' }]) {
    await expect(admin.caller.payments.registerMerchant({ ...facts, fiscalItems: { ACCOUNT: { ...item, ...wrong } } })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  }
})

test('P18 what was sold stays with the receipt, and the payer sees both', async () => {
  const of = house.premises[1]!
  const owner = await asOwner(db, house, of)
  const id = FakePayme.newTransaction()
  await payme.create(id, of.accountNumber, 112_000)
  await payme.perform(id)
  const [row] = await db.sql<{ payment_id: string }>('select payment_id from payment_transactions where external_id = $1', [id])
  const key = { buildingId: house.buildingId, paymentId: row!.payment_id }
  expect((await owner.caller.payments.receipt(key)).fiscal).toEqual({})
  const told = { receipt_id: 121, status_code: 0, message: 'accepted', terminal_id: 'EP000000000025', fiscal_sign: '800031554082', qr_code_url: 'https://ofd.soliq.uz/check?t=EP000000000025&r=121', date: '20261121101010' }
  await payme.call('SetFiscalData', { id, type: 'PERFORM', fiscal_data: told })
  await admin.caller.payments.registerMerchant({ ...facts, fiscalItems: { ACCOUNT: { ...item, vatPercent: 15 } } })
  await payme.call('SetFiscalData', { id, type: 'PERFORM', fiscal_data: told })
  const { fiscalReceiptsOf } = await import('#server/payments/rules.ts')
  const receipt = await owner.caller.payments.receipt(key)
  expect(fiscalReceiptsOf(receipt)).toEqual([{ kind: 'PERFORM', receipt: '121', sign: '800031554082', link: told.qr_code_url, item: { title: item.title, code: item.code, vatPercent: 12, vat: 12_000n } }])
  const { receiptPaper } = await import('#server/payments/receipt/paper.ts')
  const paper = JSON.stringify(receiptPaper({ facts: receipt, rule: null, locale: 'uz', code: 'TESTCODE' }), (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
  expect(paper).toContain('800031554082')
  expect(paper).toContain(item.code)
  // Given back: the receipt of the sale stays on the payer's receipt, and that of the return comes to it when it is made.
  await payme.cancel(id, 5)
  expect(fiscalReceiptsOf(await owner.caller.payments.receipt(key)).map(each => [each.kind, each.receipt])).toEqual([['PERFORM', '121']])
  await payme.call('SetFiscalData', { id, type: 'CANCEL', fiscal_data: { ...told, receipt_id: 122, fiscal_sign: '900031554082' } })
  const returned = await owner.caller.payments.receipt(key)
  expect(fiscalReceiptsOf(returned).map(each => [each.kind, each.receipt, each.sign])).toEqual([['PERFORM', '121', '800031554082'], ['CANCEL', '122', '900031554082']])
  const returnedPaper = JSON.stringify(receiptPaper({ facts: returned, rule: null, locale: 'uz', code: 'TESTCODE' }), (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
  for (const sign of ['800031554082', '900031554082']) expect(returnedPaper).toContain(sign)
  await expect((await asOwner(db, house, house.premises[2]!)).caller.payments.receipt(key)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
