import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { fetchReceipts } from '#server/payments/click/receipts.ts'
import { storeFiscalReceipt } from '#server/payments/store-fiscal-receipt.ts'
import { asAccountant, asOwner } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { fakeClickApi } from '#test/support/fakes/click-api.ts'
import { FakeClick } from '#test/support/fakes/click.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { makeMerchant, type TestMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let doors: Awaited<ReturnType<typeof openDoors>>
let api: Awaited<ReturnType<typeof fakeClickApi>>
let house: TestHouse
let merchant: TestMerchant
let click: FakeClick
const item = { title: 'Uy badali', code: '10999001001000000', packageCode: '1500000', vatPercent: 12 }
const sold = { title: item.title, code: item.code, package_code: item.packageCode, vat_percent: 12 }

beforeAll(async () => {
  db = await testDatabase()
  doors = await openDoors()
  house = await makeHouse(db, { country: 'UZ', flats: 3 })
  merchant = await makeMerchant(db, { provider: 'click', short: true })
  api = await fakeClickApi(merchant.key)
  await db.sql('update payment_merchants set merchant_user_id = $2, api_page = $3, seller_tin = $5, fiscal_items = $4 where merchant_id = $1', [merchant.merchantId, '7', api.base, JSON.stringify({ ACCOUNT: item }), '123456789'])
  click = new FakeClick(doors.origin, merchant)
})
afterAll(async () => {
  await doors.close()
  await api.stop()
})

async function pay(place: number, amount = '1120.00'): Promise<{ trans: string; paymentId: string }> {
  const trans = FakeClick.newTransaction()
  await click.pay({ trans, account: house.premises[place]!.accountNumber, amount })
  const [row] = await db.sql<{ payment_id: string }>('select payment_id from payment_transactions where external_id = $1', [trans])
  return { trans, paymentId: row!.payment_id }
}
type Fiscal = Record<string, Record<string, string> | undefined>
const fiscalOf = async (paymentId: string) => (await db.sql<{ fiscal: Fiscal }>('select fiscal from payment_transactions where payment_id = $1', [paymentId]))[0]!.fiscal

test('P18 Click is told the items of what was paid, once; its receipt is kept and shown to the payer', async () => {
  const { trans, paymentId } = await pay(0)
  expect(await fetchReceipts()).toBe(1)
  expect(api.submitted).toEqual([expect.objectContaining({ service_id: Number(merchant.serviceId), payment_id: Number(trans) + 7, received_ecash: 112_000, items: [expect.objectContaining({ SPIC: item.code, Price: 112_000, VAT: 12_000, CommissionInfo: { TIN: '123456789' } })] })])
  expect(await fiscalOf(paymentId)).toMatchObject({ PERFORM: { qr_code_url: expect.stringMatching(/^https:\/\/ofd[.]soliq[.]uz\/check/) as string, fiscal_sign: '800031554082' }, CLICK: { submitted: 'true' }, ITEM: { title: item.title, vat_percent: 12 } })
  expect(await fetchReceipts(), 'nothing is asked twice').toBe(0)
  expect(api.submitted).toHaveLength(1)
  const owner = await asOwner(db, house, house.premises[0]!)
  expect((await owner.caller.payments.receipt({ buildingId: house.buildingId, paymentId })).fiscal['PERFORM']).toMatchObject({ fiscal_sign: '800031554082' })
  expect((await db.sql<{ method: string }>(`select method from payment_request_log where payment_id = $1 and method in ('submit_items', 'ofd_data') order by at, method desc`, [paymentId])).map(row => row.method)).toEqual(['submit_items', 'ofd_data'])
})

test('what Click refuses or does not answer is tried again ten minutes later, and the link when it is there', async () => {
  const { paymentId } = await pay(1)
  const later = (minutes: number) => db.shiftClock(minutes * 60_000)
  api.mood.error = -5
  expect(await fetchReceipts()).toBe(0)
  Object.assign(api.mood, { error: 0, status: 503 })
  expect(await fetchReceipts(), 'not yet').toBe(0)
  await later(11)
  expect(await fetchReceipts()).toBe(0)
  expect(await fiscalOf(paymentId)).not.toHaveProperty('CLICK.submitted')
  Object.assign(api.mood, { status: 200, ready: false })
  await later(22)
  const before = api.submitted.length
  expect(await fetchReceipts()).toBe(0)
  expect(await fiscalOf(paymentId)).toHaveProperty('CLICK.submitted')
  api.mood.ready = true
  await later(33)
  expect(await fetchReceipts()).toBe(1)
  expect(api.submitted.length, 'the items went once').toBe(before + 1)
  await later(0)
})

test('the first receipt stays; nobody but the machine writes it, and only of what was paid', async () => {
  const { paymentId } = await pay(2)
  const facts = { buildingId: house.buildingId, paymentId, service: merchant.segment, method: 'ofd_data' as const, request: '', heard: { status: 200, text: '' }, click: {}, item: sold }
  const keep = (link: string, key = facts) => serviceTransaction('payments', ctx => storeFiscalReceipt(ctx, { ...key, receipt: { qr_code_url: link } }))
  await keep('https://ofd.soliq.uz/check?r=1')
  await keep('https://ofd.soliq.uz/check?r=2')
  expect((await fiscalOf(paymentId))['PERFORM']).toEqual({ qr_code_url: 'https://ofd.soliq.uz/check?r=1' })
  await expect(keep('https://ofd.soliq.uz/check?r=3', { ...facts, paymentId: newId() })).rejects.toMatchObject({ code: 'payments.paymentNotFound' })
  for (const person of [await asAccountant(db, house), await asOwner(db, house, house.premises[2]!)]) {
    await expect(openTransaction(person.request, ctx => storeFiscalReceipt(ctx, { ...facts, receipt: null }))).rejects.toMatchObject({ code: 'common.forbidden' })
  }
})

test('neither the key nor a personal number is in the log', async () => {
  expect(JSON.stringify(await db.sql('select * from payment_request_log'))).not.toContain(merchant.key)
})
