import { afterAll, describe, expect, test } from 'vitest'
import { env } from '#server/infra/env.ts'
import { makeHouse, type TestPremises } from '#test/support/factories.ts'
import { makeMerchant, type TestMerchant } from '#test/support/fakes/payme.ts'
import { FakeUzum, type UzumMethodName } from '#test/support/fakes/uzum.ts'
import { openPaymentHouse } from '#test/support/fakes/payment-house.ts'

const amount = 12_500_050
const methods: readonly UzumMethodName[] = ['check', 'create', 'confirm', 'reverse', 'status']
const { db, doors, merchant, house, unit, common, invoice, count, close } = await openPaymentHouse({ provider: 'uzum' })
const uzum = new FakeUzum(doors.origin, merchant)

afterAll(close)

const at = (own: TestMerchant, origin = doors.origin) => new FakeUzum(origin, own, `/api/payments/uzum/${own.segment}`)
async function created(of: TestPremises): Promise<string> {
  const id = FakeUzum.newTransaction()
  expect((await uzum.create(id, of.accountNumber, amount)).state).toBe('CREATED')
  return id
}

describe('the bodies of success', () => {
  const moment = expect.any(Number) as number
  const data = () => ({ account: { value: `${house.name}, ${common().number}` } })
  const ids = (transId: string) => ({ serviceId: Number(merchant.serviceId), transId })

  test('check', async () => {
    const reply = await uzum.check(common().accountNumber)
    expect(reply).toMatchObject({ status: 200, type: 'application/json; charset=UTF-8' })
    expect(reply.body).toEqual({ serviceId: Number(merchant.serviceId), timestamp: moment, status: 'OK', data: data() })
    expect(reply.text, 'never a person').not.toContain('Owner')
  })

  test('create, confirm, reverse and status, each with the times reached', async () => {
    const id = FakeUzum.newTransaction()
    const made = await uzum.create(id, common().accountNumber, amount)
    expect(made.body).toEqual({ ...ids(id), status: 'CREATED', transTime: moment, data: data(), amount })
    expect((await uzum.status(id)).body).toEqual({ ...ids(id), status: 'CREATED', transTime: made.body['transTime'], confirmTime: null, reverseTime: null, data: data(), amount })
    const done = await uzum.confirm(id)
    expect(done.body).toEqual({ ...ids(id), status: 'CONFIRMED', confirmTime: moment, data: data(), amount })
    expect((await uzum.status(id)).body).toMatchObject({ status: 'CONFIRMED', transTime: made.body['transTime'], confirmTime: done.body['confirmTime'], reverseTime: null })
    const back = await uzum.reverse(id)
    expect(back.body).toEqual({ ...ids(id), status: 'REVERSED', reverseTime: moment, data: data(), amount })
    expect((await uzum.status(id)).body).toMatchObject({ status: 'REVERSED', confirmTime: done.body['confirmTime'], reverseTime: back.body['reverseTime'] })
  })

  test('the service as text, 64 bits of it, another field of the account', async () => {
    const big = await makeMerchant(db, { provider: 'uzum', serviceId: '9007199254740993' })
    await db.sql(`update payment_merchants set account_field = 'account' where merchant_id = $1`, [big.merchantId])
    const door = new FakeUzum(doors.origin, big, `/api/payments/uzum/${big.segment}`, 'account')
    const ask = (serviceId: string) => door.send('check', `{"serviceId":${serviceId},"timestamp":1788613629000,"params":{"account":${common().accountNumber}}}`)
    for (const service of ['9007199254740993', '"9007199254740993"']) expect((await ask(service)).text).toMatch(/^\{"serviceId":9007199254740993,"timestamp":\d{13},"status":"OK"/)
    expect((await ask('9007199254740992')).code).toBe('10006')
  })
})

describe('P01 credentials: 10001 with HTTP 400', () => {
  test.each([['none', null], ['another scheme', 'Bearer abc'], ['garbled', 'Basic ???'], ['no colon', `Basic ${btoa('uyim')}`], ['wrong password', `Basic ${btoa('uyim:wrong')}`], ['empty', `Basic ${btoa(':')}`]])('%s', async (_name, authorization) => {
    for (const method of methods) {
      expect(await uzum.send(method, JSON.stringify({ serviceId: 1, timestamp: 1, transId: 'x', params: { ls: '1' }, amount: 100 }), { authorization })).toMatchObject({ status: 400, code: '10001', state: 'FAILED' })
    }
  })
  test('rights are judged before the body', async () => {
    expect((await uzum.send('check', '{', { authorization: null })).code).toBe('10001')
  })
  test('an unknown merchant, another\'s key, an address outside the list, a test key in production', async () => {
    const other = await makeMerchant(db, { provider: 'uzum' })
    const far = await makeMerchant(db, { provider: 'uzum', addresses: ['91.212.89.0/24'] })
    for (const wrong of [new FakeUzum(doors.origin, merchant, '/api/payments/uzum/nobody'), new FakeUzum(doors.origin, merchant, `/api/payments/uzum/${other.segment}`), at(far)]) {
      expect((await wrong.check(common().accountNumber)).code).toBe('10001')
    }
    const before = { demo: env.DEMO, node: env.NODE_ENV }
    Object.assign(env, { DEMO: false, NODE_ENV: 'production' })
    try {
      expect((await uzum.check(common().accountNumber)).code).toBe('10001')
    } finally {
      Object.assign(env, { DEMO: before.demo, NODE_ENV: before.node })
    }
    expect((await uzum.check(common().accountNumber)).state).toBe('OK')
  })
})

describe('P02 broken calls', () => {
  test('no JSON, or no object: 10002', async () => {
    for (const method of methods) for (const body of ['', '{', 'hello', '[]', '1', 'null', '"x"']) expect(await uzum.send(method, body), `${method} ${body}`).toMatchObject({ status: 400, code: '10002', state: 'FAILED' })
  })
  test('another verb: 10003', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) expect(await uzum.send('check', '{}', { method })).toMatchObject({ status: 400, code: '10003' })
  })
  test('a missing parameter: 10005', async () => {
    const full = { serviceId: Number(merchant.serviceId), timestamp: Date.now(), transId: FakeUzum.newTransaction(), params: { ls: common().accountNumber }, amount }
    const needed: Record<UzumMethodName, (keyof typeof full)[]> = {
      check: ['serviceId', 'timestamp', 'params'], create: ['serviceId', 'timestamp', 'transId', 'params', 'amount'], confirm: ['serviceId', 'timestamp', 'transId'],
      reverse: ['serviceId', 'timestamp', 'transId'], status: ['serviceId', 'timestamp', 'transId'],
    }
    for (const method of methods) {
      for (const name of needed[method]) expect(await uzum.send(method, JSON.stringify({ ...full, [name]: undefined })), `${method} without ${name}`).toMatchObject({ status: 400, code: '10005' })
    }
    for (const params of [{}, { other: '1' }, { ls: null }]) for (const method of ['check', 'create'] as const) expect((await uzum.send(method, JSON.stringify({ ...full, params }))).code).toBe('10005')
    expect(await count('payment_transactions where external_id = $1', [full.transId])).toBe(0)
  })
  test('another service: 10006; of an operation it is not found', async () => {
    const id = await created(common())
    const facts = { serviceId: 1, transId: id, params: { ls: common().accountNumber }, amount }
    for (const method of ['check', 'create'] as const) expect((await uzum.call(method, { ...facts, transId: FakeUzum.newTransaction() })).code).toBe('10006')
    for (const method of ['confirm', 'reverse', 'status'] as const) expect((await uzum.call(method, facts)).code).toBe('10014')
  })
  test('the body of a failure names the call\'s own time', async () => {
    const id = FakeUzum.newTransaction()
    const moment = expect.any(Number) as number
    const common_ = { serviceId: Number(merchant.serviceId), status: 'FAILED', errorCode: '10014', transId: id }
    expect((await uzum.check('7701004512')).body).toEqual({ serviceId: Number(merchant.serviceId), timestamp: moment, status: 'FAILED', errorCode: '10007' })
    expect((await uzum.create(id, '7701004512', amount)).body).toEqual({ ...common_, transTime: moment, errorCode: '10007' })
    expect((await uzum.confirm(id)).body).toEqual({ ...common_, confirmTime: moment })
    expect((await uzum.reverse(id)).body).toEqual({ ...common_, reverseTime: moment })
  })
  test('a merchant may want 200 and numbers', async () => {
    const own = await makeMerchant(db, { provider: 'uzum' })
    await db.sql(`update payment_merchants set failure_status = 200, failure_code_form = 'NUMBER' where merchant_id = $1`, [own.merchantId])
    expect(await at(own).check('7701004512')).toMatchObject({ status: 200, body: { status: 'FAILED', errorCode: 10007 } })
    expect((await uzum.check('7701004512')).body['errorCode']).toBe('10007')
  })
})

describe('P03 P04 account and amount', () => {
  test.each(['7701004512', '0000000000', '123', '', 'abc', "7' or 1=1"])('%s is not found: 10007', async account => {
    expect((await uzum.check(account)).code).toBe('10007')
    expect((await uzum.create(FakeUzum.newTransaction(), account, amount)).code).toBe('10007')
  })
  test('of another country or merchant: 10007; closed or withdrawn: 10009', async () => {
    const kz = await makeHouse(db, { country: 'KZ', flats: 1 })
    const other = await makeHouse(db, { country: 'UZ', flats: 1 })
    const own = await makeMerchant(db, { provider: 'uzum', scope: { type: 'BUILDING', id: other.buildingId } })
    expect((await uzum.check(kz.premises[0]!.accountNumber)).code).toBe('10007')
    expect((await at(own).check(common().accountNumber)).code).toBe('10007')
    expect((await at(own).check(other.premises[0]!.accountNumber)).state).toBe('OK')
    const closed = unit()
    const { number, invoiceId } = await invoice(common(), 100_000n)
    await db.sql(`update accounts set closed_on = '2026-01-01' where account_id = $1`, [closed.accountId])
    await db.sql(`update payment_invoices set state = 'WITHDRAWN' where invoice_id = $1`, [invoiceId])
    for (const account of [closed.accountNumber, number]) {
      expect((await uzum.check(account)).code).toBe('10009')
      expect((await uzum.create(FakeUzum.newTransaction(), account, 100_000)).code).toBe('10009')
    }
  })
  test.each([[0, '10011'], [-1, '10011'], [0.5, '10011'], [100.5, '10011'], ['12500050', '10011'], [{}, '10011'], [9_007_199_254_740_993, '10011'], [99, '10012'], [100_000_000_001, '10013']])('the sum %s: %s', async (wrong, code) => {
    expect(await uzum.create(FakeUzum.newTransaction(), common().accountNumber, wrong)).toMatchObject({ status: 400, code })
  })
  test('an invoice wants exactly its sum', async () => {
    const { number } = await invoice(common(), 500_000n)
    for (const wrong of [499_999, 500_001]) expect((await uzum.create(FakeUzum.newTransaction(), number, wrong)).code).toBe('10011')
    expect((await uzum.create(FakeUzum.newTransaction(), number, 500_000)).state).toBe('CREATED')
  })
})
