import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asManager, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let admin: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'KZ', flats: 1 })
  admin = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
})

const facts = (more: Record<string, unknown> = {}) => ({
  merchantId: newId(), provider: 'kaspi' as const, segment: `house-${newId().slice(-8)}`, country: 'KZ' as const, scopeType: 'BUILDING' as const, scopeId: house.buildingId as string | null,
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

test('nobody else may', async () => {
  await expect((await asManager(db, house)).caller.payments.registerMerchant(facts())).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'payments.merchantsForbidden' })
})
