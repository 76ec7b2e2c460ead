import { afterAll, beforeAll, expect, test } from 'vitest'
import { env } from '#server/infra/env.ts'
import { newId } from '#server/kernel/ids.ts'
import { asManager, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant, type TestMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let admin: ActingPerson
let merchant: TestMerchant
let doors: Awaited<ReturnType<typeof openDoors>>

beforeAll(async () => {
  db = await testDatabase()
  admin = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' })
  merchant = await makeMerchant(db)
  doors = await openDoors()
})
afterAll(() => doors.close())

const opens = async (key: string) => (await new FakePayme(doors.origin, key, `/api/payments/payme/${merchant.segment}`).look('x')).error?.code === -31003

test('two keys live at once, the third ends the oldest; only hashes are kept', async () => {
  await admin.caller.payments.replaceMerchantKey({ merchantId: merchant.merchantId, key: 'second-key-000', test: true })
  expect([await opens(merchant.key), await opens('second-key-000')]).toEqual([true, true])
  await admin.caller.payments.replaceMerchantKey({ merchantId: merchant.merchantId, key: 'third-key-0000', test: true })
  expect([await opens(merchant.key), await opens('second-key-000'), await opens('third-key-0000')]).toEqual([false, true, true])
  expect(JSON.stringify(await db.sql('select * from payment_merchant_keys'))).not.toContain('third-key-0000')
  expect(JSON.stringify(await db.sql('select * from audit_entries'))).not.toContain('third-key-0000')
})

test('a test key opens nothing in production', async () => {
  const before = { demo: env.DEMO, node: env.NODE_ENV }
  Object.assign(env, { DEMO: false, NODE_ENV: 'production' })
  try {
    expect(await opens('third-key-0000')).toBe(false)
    await admin.caller.payments.replaceMerchantKey({ merchantId: merchant.merchantId, key: 'production-key', test: false })
    expect(await opens('production-key')).toBe(true)
  } finally {
    Object.assign(env, { DEMO: before.demo, NODE_ENV: before.node })
  }
})

test('refused to others and for merchants that are not there', async () => {
  const house = await makeHouse(db, { country: 'UZ', flats: 1 })
  await expect((await asManager(db, house)).caller.payments.replaceMerchantKey({ merchantId: merchant.merchantId, key: 'x'.repeat(10), test: true })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(admin.caller.payments.replaceMerchantKey({ merchantId: newId(), key: 'x'.repeat(10), test: true })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
