import { beforeAll, expect, test } from 'vitest'
import { blank, merchantOf } from '#app/[locale]/(staff)/staff/merchants/merchant-of.ts'
import { newId } from '#server/kernel/ids.ts'
import type { Provider } from '#server/payments/schema.ts'
import { asAccountant, asManager, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let admin: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 1 })
  admin = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' })
})

/** What the form of the screen sends when it is filled so. */
function filled(provider: Provider, fields: Record<string, string>, merchantId: string = newId()) {
  const facts = blank(provider, '2026-11-01')
  const form: Record<string, string> = {
    segment: `house-${merchantId.slice(-8)}`, country: facts.country, scopeType: 'BUILDING', scopeId: `https://uyim.example/uz/staff/registry/${house.buildingId}?tab=1`, externalId: '27182', accountField: facts.accountField,
    refunds: facts.refunds, payPage: facts.payPage, activeFrom: facts.activeFrom, allowedAddresses: '185.8.212.0/24\n91.212.89.5', ...fields,
  }
  return merchantOf(name => form[name] ?? '', { merchantId, provider, merchant: null, mostAmount: 10_000_000_000n })
}

test('the form of the screen registers Click and Uzum, the list shows them with their keys counted', async () => {
  const click = filled('click', { serviceId: '31415', merchantUserId: '16180', 'ACCOUNT.title': 'Uy badali', 'ACCOUNT.code': '10999001001000000', 'ACCOUNT.packageCode': '1500000', 'ACCOUNT.vatPercent': '12', sellerTin: '123456789', apiPage: 'https://api.click.uz/v2/merchant/' })
  const uzum = filled('uzum', { serviceId: '101202', failureStatus: '200', failureCodeForm: 'NUMBER', scopeType: 'ORGANISATION', scopeId: house.organisationId })
  for (const { input } of [click, uzum]) await admin.caller.payments.registerMerchant(input!)
  await admin.caller.payments.replaceMerchantKey({ merchantId: click.input!.merchantId, key: 'a-secret-of-click', test: true })
  await admin.caller.payments.replaceMerchantKey({ merchantId: click.input!.merchantId, key: 'another-secret-of-click', test: false })
  const list = await admin.caller.payments.merchants()
  expect(list.find(each => each.merchantId === click.input!.merchantId)).toMatchObject({
    provider: 'click', country: 'UZ', scopeType: 'BUILDING', scopeId: house.buildingId, scopeName: house.name, serviceId: '31415', merchantUserId: '16180', payPage: 'https://my.click.uz/services/pay',
    allowedAddresses: ['185.8.212.0/24', '91.212.89.5/32'], mostAmount: 10_000_000_000n, keys: 2, testKeys: 1,
    apiPage: 'https://api.click.uz/v2/merchant', sellerTin: '123456789', fiscalItems: { ACCOUNT: { title: 'Uy badali', code: '10999001001000000', packageCode: '1500000', vatPercent: 12 } },
  })
  expect(list.find(each => each.merchantId === uzum.input!.merchantId)).toMatchObject({ scopeType: 'ORGANISATION', failureStatus: 200, failureCodeForm: 'NUMBER', keys: 0 })
  expect(JSON.stringify(list, (_, value: unknown) => typeof value === 'bigint' ? String(value) : value)).not.toContain('secret-of-click')

  const shown = list.find(each => each.merchantId === click.input!.merchantId)!
  const changed = merchantOf(name => ({ externalId: '99', accountField: 'ls', refunds: 'FORBIDDEN', activeFrom: '2026-11-02', serviceId: '31415', allowedAddresses: shown.allowedAddresses.join('\n') })[name] ?? '',
    { merchantId: shown.merchantId, provider: 'click', merchant: shown, mostAmount: shown.mostAmount })
  await admin.caller.payments.registerMerchant(changed.input!)
  expect((await admin.caller.payments.merchants()).find(each => each.merchantId === shown.merchantId)).toMatchObject({ externalId: '99', refunds: 'FORBIDDEN', segment: shown.segment, scopeId: house.buildingId, keys: 2 })
})

test('Paynet, the terminal of Halyk and the codes of fiscal receipts are kept by the form, also when the rest is changed', async () => {
  const codes = { 'ACCOUNT.title': 'Uy-joyni boshqarish', 'ACCOUNT.code': '10305001001000000', 'ACCOUNT.packageCode': '1234567', 'ACCOUNT.vatPercent': '12' }
  const payme = filled('payme', codes)
  const paynet = filled('paynet', { serviceId: '7' })
  for (const { input } of [payme, paynet]) await admin.caller.payments.registerMerchant(input!)
  const banker = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
  const terminal = { clientId: 'uyim', terminal: '67e34d63', tokenBase: 'https://epay-oauth.homebank.kz', apiBase: 'https://api.example.kz', pageScript: 'https://epay.example.kz/payment-api.js', twoStage: 'yes' }
  const halyk = filled('halyk', { ...terminal, scopeType: 'OPERATOR', scopeId: '', country: 'KZ' })
  await banker.caller.payments.registerMerchant(halyk.input!)
  const list = [...await admin.caller.payments.merchants(), ...await banker.caller.payments.merchants()]
  const shown = (of: typeof payme) => list.find(each => each.merchantId === of.input!.merchantId)
  const sold = { ACCOUNT: { title: 'Uy-joyni boshqarish', code: '10305001001000000', packageCode: '1234567', vatPercent: 12 } }
  expect(shown(payme)).toMatchObject({ fiscalItems: sold, halyk: null })
  expect(shown(paynet)).toMatchObject({ accountField: 'client_id', serviceId: '7', fiscalItems: {} })
  expect(shown(halyk)).toMatchObject({ country: 'KZ', halyk: { ...terminal, twoStage: true } })
  expect(filled('payme', { ...codes, 'ACCOUNT.code': '1', 'PROGRAMME.code': '10305001001000000' }).wrong.sort()).toEqual(['code', 'itemTitle', 'packageCode', 'vatPercent'])
  expect(filled('halyk', { ...terminal, apiBase: 'http://bank.example' }).wrong).toEqual(['apiBase'])
})

test('a contract that ends is heard and offered to its last day, stands in the list with it, and may go on; never before it began', async () => {
  const { input } = filled('payme', { externalId: 'ends' })
  const one = input!
  await admin.caller.payments.registerMerchant(one)
  const lastDay = async () => (await admin.caller.payments.merchants()).find(each => each.merchantId === one.merchantId)?.activeTo
  const ended = filled('payme', { externalId: 'ends', activeFrom: '2026-01-01', activeTo: '2026-02-01' }, one.merchantId)
  expect(ended.input).toMatchObject({ activeTo: '2026-02-01' })
  await admin.caller.payments.registerMerchant({ ...one, activeFrom: '2026-01-01', activeTo: '2090-11-30' })
  expect(await lastDay()).toBe('2090-11-30')
  await admin.caller.payments.registerMerchant({ ...one, activeTo: undefined })
  expect(await lastDay(), 'left out, it stays').toBe('2090-11-30')
  await admin.caller.payments.registerMerchant({ ...one, activeTo: null })
  expect(await lastDay()).toBeNull()
  await expect(admin.caller.payments.registerMerchant({ ...one, activeFrom: '2026-02-02', activeTo: '2026-02-01' })).rejects.toThrow('payments.merchantDates')
})

test('what is wrong in the form is named', () => {
  expect(filled('click', { segment: 'Ab', accountField: '1', activeFrom: '', allowedAddresses: 'everywhere' }).wrong.sort()).toEqual(['accountField', 'activeFrom', 'allowedAddresses', 'segment'])
  expect(filled('click', { serviceId: '1', sellerTin: '12', apiPage: 'http://far.example' }).wrong.sort()).toEqual(['apiPage', 'sellerTin'])
  expect(filled('uzum', { serviceId: 'abc', scopeId: 'the house' }).wrong.sort()).toEqual(['scopeId', 'serviceId'])
})

test('another country\'s contracts are not shown, and staff of a house have none of it', async () => {
  const kaspi = await makeMerchant(db, { provider: 'kaspi' })
  expect((await admin.caller.payments.merchants()).map(each => each.merchantId)).not.toContain(kaspi.merchantId)
  for (const person of [await asManager(db, house), await asAccountant(db, house)]) await expect(person.caller.payments.merchants()).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'payments.merchantsForbidden' })
})
