import { afterAll, describe, expect, test } from 'vitest'
import { makeHouse } from '#test/support/factories.ts'
import { FakePaynet, type PaynetAnswer } from '#test/support/fakes/paynet.ts'
import { openPaynetHouse } from '#test/support/fakes/paynet-house.ts'

const amount = 12_500_050
const moment = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/
const { db, doors, merchant, house, unit, common, invoice, count, entries, balances, close, paynet, door, charge } = await openPaynetHouse()

afterAll(close)

const code = (answer: PaynetAnswer) => answer.error?.code

describe('P01 credentials', () => {
  test.each([['none', null], ['another scheme', 'Bearer abc'], ['garbled', 'Basic ???'], ['no colon', `Basic ${btoa('paynet')}`], ['another login', `Basic ${btoa('other:a-long-password')}`],
    ['wrong password', `Basic ${btoa('paynet:another')}`], ['no password', `Basic ${btoa('paynet:')}`]])('%s: HTTP 401 and 601', async (_name, authorization) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 31, method: 'CheckTransaction', params: { transactionId: 1 } })
    expect(await paynet.send(body, { authorization })).toMatchObject({ status: 401, id: 31, error: { code: 601 } })
  })

  test('rights are judged before the method; addresses, unknown merchants and the keys of others open nothing', async () => {
    expect(await paynet.send('{"id":1,"method":"Nothing"}', { authorization: null })).toMatchObject({ status: 401, error: { code: 601 } })
    const far = await door({ addresses: ['185.234.113.0/28'] })
    const other = await door({})
    const foreign = new FakePaynet(doors.origin, merchant.key, other.path)
    for (const each of [far, foreign, new FakePaynet(doors.origin, merchant.key, '/api/payments/paynet/nobody')]) expect(await each.check(1)).toMatchObject({ status: 401, error: { code: 601 } })
  })

  test('a test key opens nothing in production', async () => {
    const { env } = await import('#server/infra/env.ts')
    const before = { DEMO: env.DEMO, NODE_ENV: env.NODE_ENV }
    const live = await door({ testKey: false })
    Object.assign(env, { DEMO: false, NODE_ENV: 'production' })
    try {
      expect(code(await paynet.check(1))).toBe(601)
      expect((await live.check(1)).result).toMatchObject({ transactionState: 3 })
    } finally {
      Object.assign(env, before)
    }
  })
})

describe('P02 broken calls', () => {
  test('bad JSON: -32700', async () => {
    for (const body of ['', '{', 'hello', '{"id":1,}']) expect(await paynet.send(body)).toMatchObject({ status: 200, id: null, error: { code: -32700 } })
  })
  test('no JSON-RPC call: -32600', async () => {
    for (const body of ['[]', '1', 'null', '{"id":5}', '{"method":"CheckTransaction","params":{}}', '{"id":5,"method":7,"params":{}}', '{"id":5,"method":"CheckTransaction","params":[]}']) {
      expect(await paynet.send(body), body).toMatchObject({ status: 200, error: { code: -32600 } })
    }
  })
  test('missing parameters: -32602', async () => {
    const full = { amount, serviceId: 7, transactionId: 1, fields: { client_id: common().accountNumber } }
    for (const lacking of ['amount', 'transactionId', 'fields']) {
      expect(code(await paynet.call('PerformTransaction', Object.fromEntries(Object.entries(full).filter(([name]) => name !== lacking)))), lacking).toBe(-32602)
    }
    for (const method of ['GetInformation', 'CheckTransaction', 'CancelTransaction', 'GetStatement', 'ChangePassword']) expect(code(await paynet.call(method, { serviceId: 7 })), method).toBe(-32602)
    for (const transactionId of [{}, [], true, null, 'a b', 1.5]) expect(code(await paynet.call('CheckTransaction', { transactionId }))).toBe(-32602)
  })
  test('unknown method: -32601; another verb: -32300; an endless body: -32700', async () => {
    for (const method of ['BuyHouse', 'toString', '__proto__']) expect(code(await paynet.call(method, {}))).toBe(-32601)
    for (const method of ['GET', 'PUT', 'DELETE']) expect(await paynet.send('{}', { method })).toMatchObject({ status: 200, error: { code: -32300 } })
    expect(code(await paynet.send(`{"id":1,"method":"CheckTransaction","params":{"transactionId":"${'a'.repeat(70_000)}"}}`))).toBe(-32700)
  })
  test('another service: 305', async () => {
    const other = new FakePaynet(doors.origin, merchant.key, paynet.path, 8)
    for (const answer of [await other.look(common().accountNumber), await other.perform(1, common().accountNumber, amount), await other.check(1), await other.cancel(1)]) expect(code(answer)).toBe(305)
    expect((await new FakePaynet(doors.origin, merchant.key, paynet.path, '7').check(1)).result).toMatchObject({ transactionState: 3 })
  })
  test('a wrong date: 414', async () => {
    for (const wrong of ['yesterday', '2026-02-30 00:00:00', '2026-11-21', 20261121]) expect(code(await paynet.call('GetStatement', { dateFrom: wrong, dateTo: '2026-11-21 23:59:59' })), String(wrong)).toBe(414)
  })
})

describe('P03 account', () => {
  test.each(['7701004512', '0000000000', '123', '', 'abc', "7' or 1=1"])('%s is not found: 302', async number => {
    expect(await paynet.look(number)).toMatchObject({ status: 200, error: { code: 302, message: 'Лицевой счёт не найден' } })
    expect(code(await paynet.perform(FakePaynet.newTransaction(), number, amount))).toBe(302)
  })
  test('no account field: 411; one that is no text: 401; digits as a number are understood', async () => {
    for (const fields of [{}, { other: 1 }]) expect(code(await paynet.call('GetInformation', { fields }))).toBe(411)
    for (const client of [{}, [], true]) expect(code(await paynet.look(client))).toBe(401)
    expect((await paynet.look(Number(common().accountNumber))).result).toMatchObject({ status: '0' })
  })
  test('other countries, other houses and closed accounts are not found; a kind the merchant does not take: 304', async () => {
    const [kz, other] = [await makeHouse(db, { country: 'KZ', flats: 1 }), await makeHouse(db, { country: 'UZ', flats: 1 })]
    const ofHouse = await door({ scope: { type: 'BUILDING', id: house.buildingId } })
    expect(code(await paynet.look(kz.premises[0]!.accountNumber))).toBe(302)
    expect(code(await ofHouse.look(other.premises[0]!.accountNumber))).toBe(302)
    expect((await ofHouse.look(common().accountNumber)).result).toMatchObject({ status: '0' })
    const closed = unit()
    await db.sql(`update accounts set closed_on = '2026-01-01' where account_id = $1`, [closed.accountId])
    expect(code(await paynet.perform(FakePaynet.newTransaction(), closed.accountNumber, amount))).toBe(302)
    expect(code(await (await door({ kinds: ['ONE_TIME'] })).look(common().accountNumber))).toBe(304)
  })
})

describe('P04 amount', () => {
  test.each([0, -1, 99, 0.5, 100.5, '12500050', null, 1e15, {}])('%s: 413', async wrong => {
    expect(code(await paynet.perform(FakePaynet.newTransaction(), common().accountNumber, wrong))).toBe(413)
  })
  test('an invoice wants exactly its sum', async () => {
    const { number } = await invoice(common(), 500_000n)
    for (const wrong of [499_999, 500_001]) expect(code(await paynet.perform(FakePaynet.newTransaction(), number, wrong))).toBe(413)
    expect((await paynet.look(number)).text).toContain('"amount":5000.00')
  })
})

describe('GetInformation', () => {
  test('shows the debt in soʻm and the home, never a person; P05 leaves nothing', async () => {
    const of = unit()
    await charge(of, 1_842_050n)
    const rows = () => db.sql(`select (select count(*) from payment_transactions) t, (select count(*) from payment_dedupe) d, (select count(*) from ledger_entries) l, (select count(*) from event_queue) e, (select count(*) from audit_entries) a`)
    const before = await rows()
    const answer = await paynet.look(of.accountNumber)
    expect(answer.type).toContain('application/json')
    expect(answer.result).toEqual({ status: '0', timestamp: expect.stringMatching(moment) as string, fields: { name: `${house.name}, ${of.number}`, amount: 18420.5 } })
    expect(answer.text).not.toContain('Owner')
    expect(await rows()).toEqual(before)
  })
})

describe('P06–P16 the life of a transaction', () => {
  test('P09 performed once: posted, told, and 201 when asked again', async () => {
    const of = unit()
    const id = FakePaynet.newTransaction()
    const first = await paynet.perform(id, of.accountNumber, amount)
    expect(first.result).toEqual({ providerTrnId: expect.any(Number) as number, timestamp: expect.stringMatching(moment) as string, fields: { client_id: of.accountNumber } })
    for (let i = 0; i < 2; i += 1) expect(code(await paynet.perform(id, of.accountNumber, amount))).toBe(201)
    expect(await entries(of)).toMatchObject([{ kind: 'PAYMENT', amount: String(-amount) }])
    expect((await paynet.check(id)).result).toEqual({ transactionState: 1, timestamp: first.result?.['timestamp'], providerTrnId: first.result?.['providerTrnId'] })
    expect(await count(`event_queue where name = 'payments.posted' and payload ->> 'accountId' = $1`, [of.accountId])).toBe(1)
  })

  test('the same transaction with another sum or account changes nothing', async () => {
    const of = unit()
    const id = FakePaynet.newTransaction()
    await paynet.perform(id, of.accountNumber, amount)
    expect(code(await paynet.perform(id, of.accountNumber, amount + 1))).toBe(413)
    expect(code(await paynet.perform(id, common().accountNumber, amount))).toBe(302)
    expect(await entries(of)).toHaveLength(1)
  })

  test('a transaction that was never performed: state 3, and 203 on cancelling', async () => {
    const id = FakePaynet.newTransaction()
    expect((await paynet.check(id)).result).toEqual({ transactionState: 3, timestamp: expect.stringMatching(moment) as string, providerTrnId: 0 })
    expect(code(await paynet.cancel(id))).toBe(203)
  })

  test('P07 an invoice is paid once: 201 afterwards, also for others at once', async () => {
    const { number } = await invoice(common(), 700_000n)
    const ids = Array.from({ length: 8 }, () => FakePaynet.newTransaction())
    const answers = await Promise.all(ids.map(id => paynet.perform(id, number, 700_000)))
    expect(answers.filter(answer => answer.result)).toHaveLength(1)
    expect(new Set(answers.filter(answer => answer.error).map(code))).toEqual(new Set([201]))
    expect(code(await paynet.look(number))).toBe(201)
    const refused = ids[answers.findIndex(answer => answer.error)]!
    expect((await paynet.check(refused)).result, 'who was refused has no transaction').toMatchObject({ transactionState: 3 })
  })

  test('P08 an account takes many at once', async () => {
    const of = unit()
    const answers = await Promise.all(Array.from({ length: 10 }, () => paynet.perform(FakePaynet.newTransaction(), of.accountNumber, 1000)))
    expect(answers.every(answer => answer.result)).toBe(true)
    expect(await balances(of)).toEqual({ CURRENT: -10_000 })
  })

  test('P11 P13 P14 P16 cancelled: state 2, one reversal, 202 ever after', async () => {
    const of = unit()
    const id = FakePaynet.newTransaction()
    const paid = await paynet.perform(id, of.accountNumber, amount)
    const cancelled = await paynet.cancel(id)
    expect(cancelled.result).toEqual({ providerTrnId: paid.result?.['providerTrnId'], timestamp: expect.stringMatching(moment) as string, transactionState: 2 })
    for (const answer of [await paynet.cancel(id), await paynet.cancel(id), await paynet.perform(id, of.accountNumber, amount)]) expect(code(answer)).toBe(202)
    expect(await entries(of)).toMatchObject([{ kind: 'PAYMENT', amount: String(-amount) }, { kind: 'REVERSAL', amount: String(amount) }])
    expect((await paynet.check(id)).result).toMatchObject({ transactionState: 2, timestamp: cancelled.result?.['timestamp'] })
    expect(await count(`event_queue where name = 'payments.reversed' and payload ->> 'accountId' = $1`, [of.accountId])).toBe(1)
  })

  test('P14 twenty cancels at once: one reversal', async () => {
    const of = unit()
    const id = FakePaynet.newTransaction()
    await paynet.perform(id, of.accountNumber, amount)
    const answers = await Promise.all(Array.from({ length: 20 }, () => paynet.cancel(id)))
    expect(answers.filter(answer => answer.result)).toHaveLength(1)
    expect(new Set(answers.filter(answer => answer.error).map(code))).toEqual(new Set([202]))
    expect(await entries(of)).toHaveLength(2)
  })

  test('P15 where refunds are forbidden: 77 and nothing changes', async () => {
    const strict = await door({ refunds: 'FORBIDDEN' })
    const of = unit()
    const id = FakePaynet.newTransaction()
    await strict.perform(id, of.accountNumber, amount)
    expect(code(await strict.cancel(id))).toBe(77)
    expect((await strict.check(id)).result).toMatchObject({ transactionState: 1 })
    expect(await entries(of)).toHaveLength(1)
    expect((await paynet.check(id)).result, 'another merchant knows nothing of it').toMatchObject({ transactionState: 3 })
  })

  test('ids of any width survive', async () => {
    const of = unit()
    const own = await door({})
    const body = `{"jsonrpc":"2.0","id":1,"method":"PerformTransaction","params":{"amount":1000,"serviceId":7,"transactionId":9007199254740993,"fields":{"client_id":"${of.accountNumber}"}}}`
    expect((await own.send(body)).result).toBeDefined()
    expect(await count(`payment_transactions where provider = 'paynet' and external_id = '9007199254740993'`)).toBe(1)
    expect((await own.statement('2020-01-01 00:00:00', '2099-01-01 00:00:00')).text).toContain('"transactionId":9007199254740993,')
  })
})
