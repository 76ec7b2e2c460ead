import { beforeAll, expect, test } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import type { Provider } from '#server/payments/schema.ts'
import { asManager, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let admin: ActingPerson
let uzbek: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'KZ', flats: 1 })
  admin = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
  uzbek = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' })
})

const facts = (more: Record<string, unknown> = {}) => ({
  merchantId: newId(), provider: 'kaspi' as Provider, segment: `house-${newId().slice(-8)}`, country: 'KZ' as 'UZ' | 'KZ', scopeType: 'BUILDING' as const, scopeId: house.buildingId as string | null,
  shortAddress: false, externalId: 'Uyim', accountField: 'ls', mostAmount: 1_000_000_000n, allowedAddresses: ['194.187.247.152/32'], refunds: 'ALLOWED' as const, answerFormat: 'JSON' as const,
  payPage: '', activeFrom: '2026-01-01', ...more,
})

test('the operator keeps merchants, each with a segment of its own', async () => {
  const merchant = facts()
  await admin.caller.payments.registerMerchant(merchant)
  await admin.caller.payments.registerMerchant({ ...merchant, refunds: 'FORBIDDEN' })
  expect(await db.sql('select refunds from payment_merchants where merchant_id = $1', [merchant.merchantId])).toEqual([{ refunds: 'FORBIDDEN' }])
  await expect(admin.caller.payments.registerMerchant(facts({ segment: merchant.segment }))).rejects.toMatchObject({ code: 'CONFLICT', message: 'payments.segmentTaken' })
})

test('a Kaspi merchant without addresses and a scope that names nothing are refused', async () => {
  await expect(admin.caller.payments.registerMerchant(facts({ allowedAddresses: [] }))).rejects.toMatchObject({ message: 'payments.addressesNeeded' })
  await expect(admin.caller.payments.registerMerchant(facts({ scopeId: null }))).rejects.toMatchObject({ message: 'payments.merchantScope' })
  await expect(admin.caller.payments.registerMerchant(facts({ segment: '../x' }))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('a contract of an impossible year is refused', async () => {
  for (const wrong of [{ activeFrom: '0026-03-02' }, { activeFrom: '2026-02-30' }, { activeTo: '0026-03-02' }]) await expect(admin.caller.payments.registerMerchant(facts(wrong))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('Click and Uzum come with the number of their service; what Uzum wants of failures is kept', async () => {
  const click = facts({ provider: 'click', country: 'UZ', allowedAddresses: [], serviceId: '31415', externalId: '27182', merchantUserId: '16180' })
  const uzum = facts({ provider: 'uzum', country: 'UZ', allowedAddresses: [], serviceId: '9007199254740993', failureStatus: 200, failureCodeForm: 'NUMBER' })
  for (const each of [click, uzum]) await uzbek.caller.payments.registerMerchant(each)
  const rows = await db.sql(`select provider, service_id, merchant_user_id, failure_status, failure_code_form, expires_after::text from payment_merchants where merchant_id = any($1) order by provider`, [[click.merchantId, uzum.merchantId]])
  expect(rows).toEqual([
    { provider: 'click', service_id: '31415', merchant_user_id: '16180', failure_status: 400, failure_code_form: 'TEXT', expires_after: '24:00:00' },
    { provider: 'uzum', service_id: '9007199254740993', merchant_user_id: '', failure_status: 200, failure_code_form: 'NUMBER', expires_after: '00:30:00' },
  ])
  await uzbek.caller.payments.registerMerchant({ ...click, serviceId: '31416' })
  expect(await db.sql('select service_id from payment_merchants where merchant_id = $1', [click.merchantId])).toEqual([{ service_id: '31416' }])
  for (const provider of ['click', 'uzum'] as const) await expect(uzbek.caller.payments.registerMerchant(facts({ provider, country: 'UZ' }))).rejects.toMatchObject({ message: 'payments.serviceNeeded' })
  // A segment must not read like a call.
  for (const segment of ['prepare', 'complete', 'check', 'create', 'confirm', 'reverse', 'status']) await expect(admin.caller.payments.registerMerchant(facts({ segment }))).rejects.toMatchObject({ message: 'payments.segmentTaken' })
})

test('who keeps one country keeps no merchant of another, and the database says so too', async () => {
  const theirs = facts({ provider: 'payme', country: 'UZ', allowedAddresses: [] })
  const refused = { code: 'FORBIDDEN', message: 'payments.merchantOtherCountry' }
  await expect(admin.caller.payments.registerMerchant(theirs)).rejects.toMatchObject(refused)
  await uzbek.caller.payments.registerMerchant(theirs)
  // Neither by its id under the own country's name, nor its keys.
  await expect(admin.caller.payments.registerMerchant({ ...theirs, country: 'KZ', refunds: 'FORBIDDEN' })).rejects.toMatchObject(refused)
  await expect(admin.caller.payments.replaceMerchantKey({ merchantId: theirs.merchantId, key: 'a-stolen-key-0', test: true })).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'payments.merchantNotFound' })
  const own = facts()
  await admin.caller.payments.registerMerchant(own)
  const write = (person: ActingPerson, merchantId: string) => openTransaction(person.request, ctx => ctx.db.$executeRaw`update payment_merchants set refunds = 'FORBIDDEN' where merchant_id = ${merchantId}::uuid`)
  expect([await write(admin, own.merchantId), await write(admin, theirs.merchantId), await write(uzbek, own.merchantId)]).toEqual([1, 0, 0])
  await expect(openTransaction(admin.request, ctx => ctx.db.$executeRaw`insert into payment_merchants (merchant_id, provider, segment, country, currency, scope_type, most_amount, active_from)
    values (${newId()}::uuid, 'payme', 'not-theirs', 'UZ', 'UZS', 'OPERATOR', 1000, '2026-01-01')`)).rejects.toThrow(/row-level security/)
})

test('nobody else may', async () => {
  await expect((await asManager(db, house)).caller.payments.registerMerchant(facts())).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'payments.merchantsForbidden' })
})
