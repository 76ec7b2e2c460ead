import { afterAll, beforeAll, expect, test } from 'vitest'
import { env } from '#server/infra/env.ts'
import { newId } from '#server/kernel/ids.ts'
import { asManager, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { FakeClick } from '#test/support/fakes/click.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant, type TestMerchant } from '#test/support/fakes/payme.ts'
import { FakeUzum } from '#test/support/fakes/uzum.ts'

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

test('test keys end no key of production, however many come; a key that comes back is the newest', async () => {
  const own = await makeMerchant(db)
  const replace = (key: string, isTest: boolean) => admin.caller.payments.replaceMerchantKey({ merchantId: own.merchantId, key, test: isTest })
  const live = async () => (await db.sql<{ key: string }>(`select k as key from unnest($2::text[]) k join payment_merchant_keys y on y.key_hash = sha256(k::bytea)
    where y.merchant_id = $1 and not y.test and y.valid_to is null order by 1`, [own.merchantId, ['live-key-one', 'live-key-two', 'live-key-three']])).map(row => row.key)
  await replace('live-key-one', false)
  await replace('live-key-two', false)
  for (const key of ['test-key-one', 'test-key-two', 'test-key-three']) await replace(key, true)
  expect(await live()).toEqual(['live-key-one', 'live-key-two'])
  await replace('live-key-three', false)
  expect(await live()).toEqual(['live-key-three', 'live-key-two'])
  await replace('live-key-one', false)
  await replace('live-key-two', false)
  expect(await live()).toEqual(['live-key-one', 'live-key-two'])
})

test('a key that lives keeps its kind: the only key of production is made no key of tests by a tick, nor a test key one of production', async () => {
  const own = await makeMerchant(db)
  const replace = (key: string, isTest: boolean) => admin.caller.payments.replaceMerchantKey({ merchantId: own.merchantId, key, test: isTest })
  const keys = () => db.sql(`select encode(key_hash, 'hex') as hash, test, valid_from, valid_to from payment_merchant_keys where merchant_id = $1 order by 1`, [own.merchantId])
  await replace('only-live-key', false)
  await replace('only-test-key', true)
  const before = await keys()
  await expect(replace('only-live-key', true)).rejects.toMatchObject({ code: 'CONFLICT', message: 'payments.keyOfOtherKind' })
  await expect(replace('only-test-key', false)).rejects.toMatchObject({ code: 'CONFLICT', message: 'payments.keyOfOtherKind' })
  expect(await keys()).toEqual(before)
  for (const key of ['next-test-one', 'next-test-two']) await replace(key, true)
  await replace('only-test-key', false)
  expect(await db.sql(`select test from payment_merchant_keys where merchant_id = $1 and key_hash = sha256('only-test-key'::bytea) and valid_to is null`, [own.merchantId]), 'what has ended may come back as either').toEqual([{ test: false }])
})

test('refused to others and for merchants that are not there', async () => {
  const house = await makeHouse(db, { country: 'UZ', flats: 1 })
  await expect((await asManager(db, house)).caller.payments.replaceMerchantKey({ merchantId: merchant.merchantId, key: 'x'.repeat(10), test: true })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(admin.caller.payments.replaceMerchantKey({ merchantId: newId(), key: 'x'.repeat(10), test: true })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('Click: both live keys sign, the third ends the oldest; the key is kept sealed only', async () => {
  const own = await makeMerchant(db, { provider: 'click' })
  const signs = async (key: string) => (await new FakeClick(doors.origin, { key, serviceId: own.serviceId }, `/api/payments/click/${own.segment}`)
    .prepare({ trans: FakeClick.newTransaction(), account: '7701004512', amount: '10.00' })).error === -5
  const replace = (key: string) => admin.caller.payments.replaceMerchantKey({ merchantId: own.merchantId, key, test: true })
  expect([await signs(own.key), await signs('click-key-second')]).toEqual([true, false])
  await replace('click-key-second')
  expect([await signs(own.key), await signs('click-key-second')]).toEqual([true, true])
  await replace('click-key-third')
  expect([await signs(own.key), await signs('click-key-second'), await signs('click-key-third')]).toEqual([false, true, true])
  expect(JSON.stringify(await db.sql('select * from payment_merchant_keys'))).not.toContain('click-key-third')
  expect(JSON.stringify(await db.sql('select * from audit_entries'))).not.toContain('click-key-third')
})

test('Uzum: a login and a password, and nothing less', async () => {
  const own = await makeMerchant(db, { provider: 'uzum' })
  await expect(admin.caller.payments.replaceMerchantKey({ merchantId: own.merchantId, key: 'no-login-here', test: true })).rejects.toMatchObject({ message: 'payments.loginNeeded' })
  await admin.caller.payments.replaceMerchantKey({ merchantId: own.merchantId, key: 'second:password', test: true })
  const opens_ = async (key: string) => (await new FakeUzum(doors.origin, { key, serviceId: own.serviceId }, `/api/payments/uzum/${own.segment}`).status('x')).code === '10014'
  expect([await opens_(own.key), await opens_('second:password'), await opens_('second:other')]).toEqual([true, true, false])
})
