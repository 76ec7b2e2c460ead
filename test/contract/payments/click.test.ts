import { afterAll, describe, expect, test } from 'vitest'
import { env } from '#server/infra/env.ts'
import { makeHouse } from '#test/support/factories.ts'
import { FakeClick, type ClickOrder } from '#test/support/fakes/click.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { makeMerchant, type TestMerchant } from '#test/support/fakes/payme.ts'
import { openPaymentHouse } from '#test/support/fakes/payment-house.ts'

const amount = '125000.50'
const { db, doors, merchant, unit, common, invoice, count, close } = await openPaymentHouse({ provider: 'click' })
const click = new FakeClick(doors.origin, merchant)

afterAll(close)

const order = (of: { accountNumber: string } = common(), sum = amount): ClickOrder => ({ trans: FakeClick.newTransaction(), account: of.accountNumber, amount: sum })
const at = (own: TestMerchant, origin = doors.origin) => new FakeClick(origin, own, `/api/payments/click/${own.segment}`)
const prepareId = (answer: { body: Record<string, unknown> }) => answer.body['merchant_prepare_id']

describe('the form of an answer', () => {
  test('prepare: JSON, HTTP 200, the five fields', async () => {
    const one = order()
    const answer = await click.prepare(one)
    expect(answer).toMatchObject({ status: 200, type: 'application/json; charset=UTF-8' })
    expect(answer.body).toEqual({ click_trans_id: Number(one.trans), merchant_trans_id: one.account, merchant_prepare_id: expect.any(Number) as number, error: 0, error_note: 'Success' })
  })

  test('complete: the confirm id in the place of the prepare id', async () => {
    const one = order()
    const completed = await click.pay(one)
    expect(completed.body).toEqual({ click_trans_id: Number(one.trans), merchant_trans_id: one.account, merchant_confirm_id: expect.any(Number) as number, error: 0, error_note: 'Success' })
  })

  test('an address of either takes both, and the merchant\'s own too', async () => {
    const one = order()
    const answer = await click.send(click.form('0', one), { place: 'complete' })
    expect(answer.error).toBe(0)
    expect((await click.send(click.form('1', one, { prepareId: String(prepareId(answer)) }), { place: 'prepare' })).error).toBe(0)
    expect((await at(merchant).pay(order())).error).toBe(0)
  })

  test('P24 64-bit ids come back digit for digit', async () => {
    const one = { ...order(), trans: '9007199254740993' }
    const prepared = await click.prepare(one)
    expect(prepared.text).toContain('"click_trans_id":9007199254740993,')
    expect((await click.complete(one, prepareId(prepared))).text).toContain('"click_trans_id":9007199254740993,')
    expect(await count(`payment_transactions where external_id = '9007199254740993'`)).toBe(1)
    expect((await click.prepare({ ...one, trans: '9007199254740992' })).error, 'its neighbour is another payment').toBe(0)
  })
})

describe('P01 signature', () => {
  test('a wrong key, a changed text of the sum, another service: -1', async () => {
    const one = order()
    expect((await click.prepare(one, { secret: 'wrong' })).error).toBe(-1)
    expect((await click.prepare(one, { more: { amount: '125000.5' } })).error).toBe(-1)
    expect((await click.prepare(one, { more: { sign_string: '' } })).error).toBe(-8)
    expect((await click.prepare(one, { more: { sign_string: 'zz' } })).error).toBe(-1)
    expect((await click.prepare(one, { serviceId: '1' })).error, 'signed, but for another service').toBe(-1)
    expect((await click.prepare(one)).body).toMatchObject({ error: 0 })
    expect((await click.prepare(one, { secret: 'wrong' })).body).toMatchObject({ error: -1, error_note: 'SIGN CHECK FAILED!' })
  })

  test('complete is signed with the prepare id too', async () => {
    const one = order()
    const prepared = await click.prepare(one)
    expect((await click.complete(one, prepareId(prepared), { secret: 'x' })).error).toBe(-1)
    expect((await click.complete(one, prepareId(prepared), { more: { merchant_prepare_id: '1' } })).error).toBe(-1)
    expect((await click.complete(one, prepareId(prepared))).error).toBe(0)
  })

  test('a signature in capitals is the same', async () => {
    const form = new URLSearchParams(click.form('0', order()))
    form.set('sign_string', form.get('sign_string')!.toUpperCase())
    expect((await click.send(form.toString())).error).toBe(0)
  })

  test('an unknown merchant, another\'s key, an address outside the list', async () => {
    const other = await makeMerchant(db, { provider: 'click' })
    const far = await makeMerchant(db, { provider: 'click', addresses: ['185.8.212.0/24'] })
    for (const wrong of [new FakeClick(doors.origin, merchant, '/api/payments/click/nobody'), new FakeClick(doors.origin, merchant, `/api/payments/click/${other.segment}`), at(far)]) {
      expect((await wrong.prepare(order())).error).toBe(-1)
    }
    expect((await at(far).send(at(far).form('0', order()), { headers: { 'x-forwarded-for': '185.8.212.184' } })).error, 'a forged header').toBe(-1)
    const behind = await openDoors({ trustedProxies: 1 })
    expect((await at(far, behind.origin).send(at(far, behind.origin).form('0', order()), { headers: { 'x-forwarded-for': '185.8.212.184' } })).error).toBe(0)
    await behind.close()
  })

  test('the vectors of payments.md 3.1 open the door, and no other text of the sum does', async () => {
    const own = at(await makeMerchant(db, { provider: 'click', key: 'TESTSECRETKEY01', serviceId: '31415' }))
    const body = (action: string, sign: string, more: Record<string, string>) => new URLSearchParams({ click_trans_id: '19000001', service_id: '31415', click_paydoc_id: '5', merchant_trans_id: '7701004512', amount: '125000.50', action, error: '0', error_note: '',
      sign_time: action === '0' ? '2026-09-05 18:07:09' : '2026-09-05 18:07:12', sign_string: sign, ...more }).toString()
    // Past the signature: an account that nobody has, a prepare id that nobody was given.
    expect((await own.send(body('0', 'a723e8c56b222f94f9ac48c5e4f0598f', {}))).error).toBe(-5)
    expect((await own.send(body('1', '9e4136060993fcc101dcbcc1e5fbf8a3', { merchant_prepare_id: '88001' }), { place: 'complete' })).error).toBe(-6)
    for (const [name, wrong] of [['amount', '125000.5'], ['merchant_trans_id', '7701004513'], ['sign_time', '2026-09-05 18:07:10']] as const) expect((await own.send(body('0', 'a723e8c56b222f94f9ac48c5e4f0598f', { [name]: wrong }))).error, name).toBe(-1)
    expect((await own.send(body('1', '9e4136060993fcc101dcbcc1e5fbf8a3', { merchant_prepare_id: '88002' }), { place: 'complete' })).error).toBe(-1)
  })

  test('a test key opens nothing in production', async () => {
    const before = { demo: env.DEMO, node: env.NODE_ENV }
    const real = await makeMerchant(db, { provider: 'click', testKey: false })
    Object.assign(env, { DEMO: false, NODE_ENV: 'production' })
    try {
      expect((await click.prepare(order())).error).toBe(-1)
      expect((await at(real).prepare(order())).error).toBe(0)
    } finally {
      Object.assign(env, { DEMO: before.demo, NODE_ENV: before.node })
    }
  })
})

describe('P02 broken calls: -8 with HTTP 200', () => {
  test.each(['click_trans_id', 'service_id', 'merchant_trans_id', 'amount', 'action', 'error', 'sign_time', 'sign_string'])('without %s', async without => {
    expect(await click.send(click.form('0', order(), { without }))).toMatchObject({ status: 200, error: -8 })
  })
  test('Complete without the prepare id', async () => {
    expect((await click.send(click.form('1', order()), { place: 'complete' })).error).toBe(-8)
  })
  test.each([['nothing', ''], ['JSON', '{"click_trans_id":1}'], ['a transaction id of words', 'click_trans_id=abc'], ['too long', `a=${'a'.repeat(70_000)}`]])('%s', async (_name, body) => {
    expect(await click.send(body)).toMatchObject({ status: 200, error: -8 })
  })
  test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s', async method => {
    expect(await click.send(click.form('0', order()), { method })).toMatchObject({ status: 200, error: -8 })
  })
  test('another action, well signed: -3', async () => {
    for (const action of ['2', '-1', 'prepare']) expect((await click.send(click.form(action, order()))).body).toMatchObject({ error: -3, error_note: 'Action not found' })
    expect((await click.send(click.form('2', order(), { secret: 'x' }))).error, 'the signature first').toBe(-1)
  })
})

describe('P03 account: -5', () => {
  test.each(['7701004512', '0000000000', '123', 'abc', "7' or 1=1"])('%s', async account => {
    expect((await click.prepare({ ...order(), account })).body).toMatchObject({ merchant_trans_id: account, error: -5, merchant_prepare_id: null })
  })
  test('of another country, of another merchant, closed', async () => {
    const kz = await makeHouse(db, { country: 'KZ', flats: 1 })
    const other = await makeHouse(db, { country: 'UZ', flats: 1 })
    const own = await makeMerchant(db, { provider: 'click', scope: { type: 'BUILDING', id: other.buildingId } })
    const company = await makeMerchant(db, { provider: 'click', scope: { type: 'ORGANISATION', id: other.organisationId } })
    expect((await click.prepare(order(kz.premises[0]!))).error).toBe(-5)
    for (const door of [at(own), at(company)]) {
      expect((await door.prepare(order())).error).toBe(-5)
      expect((await door.prepare(order(other.premises[0]!))).error).toBe(0)
    }
    const closed = unit()
    await db.sql(`update accounts set closed_on = '2026-01-01' where account_id = $1`, [closed.accountId])
    expect((await click.prepare(order(closed))).error).toBe(-5)
  })
  test('groups in the number are no harm', async () => {
    const { accountNumber } = common()
    const typed = { ...order(), account: `${accountNumber.slice(0, 3)} ${accountNumber.slice(3, 6)}-${accountNumber.slice(6)}` }
    expect((await click.pay(typed)).body).toMatchObject({ error: 0, merchant_trans_id: typed.account })
  })
})

describe('P04 amount: -2', () => {
  test.each(['0', '0.00', '-5.00', '0.99', '100.005', 'ten', '1e3', '1,50', '1000000000.01', '99999999999999'])('%s', async wrong => {
    expect((await click.prepare(order(common(), wrong))).error).toBe(-2)
  })
  test.each([['1000', '100000'], ['1000.5', '100050'], ['1000.50', '100050'], ['1000.500', '100050'], ['1.00', '100'], ['1000000000.00', '100000000000']])('%s soʻm is %s tiyin', async (sum, minor) => {
    const one = order(common(), sum)
    expect((await click.prepare(one)).error).toBe(0)
    expect(await db.sql('select amount::text from payment_transactions where external_id = $1', [one.trans])).toEqual([{ amount: minor }])
  })
  test('a one-time invoice wants exactly its sum', async () => {
    const { number } = await invoice(common(), 500_000n)
    for (const wrong of ['4999.99', '5000.01']) expect((await click.prepare(order({ accountNumber: number }, wrong))).error).toBe(-2)
    expect((await click.prepare(order({ accountNumber: number }, '5000'))).error).toBe(0)
  })
})
