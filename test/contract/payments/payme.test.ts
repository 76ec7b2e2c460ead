import { afterAll, describe, expect, test } from 'vitest'
import { env } from '#server/infra/env.ts'
import { makeHouse } from '#test/support/factories.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'
import { openPaymentHouse } from '#test/support/fakes/payment-house.ts'

const amount = 12_500_050
const { db, doors, merchant, unit, common, invoice, entries, rowCounts, close } = await openPaymentHouse({ provider: 'payme' })
const payme = new FakePayme(doors.origin, merchant.key)

afterAll(close)

describe('P01 credentials', () => {
  test.each([
    ['none', null], ['another scheme', 'Bearer abc'], ['garbled', 'Basic ???'], ['no colon', `Basic ${btoa('Paycom')}`],
    ['another login', `Basic ${btoa('Payme:x')}`], ['wrong key', `Basic ${btoa('Paycom:wrong')}`], ['empty key', `Basic ${btoa('Paycom:')}`],
  ])('%s: -32504 with HTTP 200', async (_name, authorization) => {
    const answer = await payme.send(JSON.stringify({ jsonrpc: '2.0', id: 31, method: 'CheckTransaction', params: { id: 'x' } }), { authorization })
    expect(answer).toMatchObject({ status: 200, id: 31, error: { code: -32504 } })
  })

  test('rights are judged before the method', async () => {
    expect((await payme.send('{"id":1,"method":"Nothing","params":{}}', { authorization: null })).error?.code).toBe(-32504)
    expect((await payme.send('{"id":1}', { authorization: null })).error?.code).toBe(-32504)
  })

  test('the vector of payments.md 2.5 opens the door, as a test key not in production', async () => {
    const own = await makeMerchant(db, { key: 'TEST_KEY_0123456789' })
    const real = await makeMerchant(db, { testKey: false })
    const asked = (merchant: { key: string; segment: string }, authorization?: string) => new FakePayme(doors.origin, merchant.key, `/api/payments/payme/${merchant.segment}`)
      .send(JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'CheckTransaction', params: { id: 'nobody' } }), authorization === undefined ? {} : { authorization })
    const vector = 'Basic UGF5Y29tOlRFU1RfS0VZXzAxMjM0NTY3ODk='
    expect(await asked(own, vector)).toMatchObject({ status: 200, error: { code: -31003 } })
    expect((await asked(own, vector.replace('TY3', 'TY4'))).error?.code).toBe(-32504)
    const before = { DEMO: env.DEMO, NODE_ENV: env.NODE_ENV }
    Object.assign(env, { DEMO: false, NODE_ENV: 'production' })
    try {
      expect((await asked(own, vector)).error?.code).toBe(-32504)
      expect((await asked(real)).error?.code).toBe(-31003)
    } finally {
      Object.assign(env, before)
    }
  })

  test('an unknown merchant opens nothing', async () => {
    expect((await new FakePayme(doors.origin, payme.key, '/api/payments/payme/nobody').look('x')).error?.code).toBe(-32504)
  })
})

describe('P02 broken calls', () => {
  test('bad JSON: -32700 and id null', async () => {
    for (const body of ['', '{', 'hello', '{"id":1,}']) expect(await payme.send(body)).toMatchObject({ status: 200, id: null, error: { code: -32700 } })
  })
  test('missing or wrong fields: -32600', async () => {
    for (const body of ['[]', '1', 'null', '{"id":5}', '{"id":5,"method":7,"params":{}}', '{"id":5,"method":"CheckTransaction"}', '{"id":5,"method":"CheckTransaction","params":[]}',
      '{"id":5,"method":"CheckTransaction","params":{}}', '{"id":5,"method":"CreateTransaction","params":{"id":"a","amount":1,"account":{}}}', '{"id":5,"method":"CancelTransaction","params":{"id":"a"}}',
      '{"id":5,"method":"GetStatement","params":{"from":1}}']) {
      expect(await payme.send(body), body).toMatchObject({ status: 200, error: { code: -32600 } })
    }
  })
  test('unknown method: -32601 with its name', async () => {
    expect((await payme.call('BuyHouse', {})).error).toMatchObject({ code: -32601, data: 'BuyHouse' })
  })
  test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s: -32300 with HTTP 200', async method => {
    expect(await payme.send('{}', { method })).toMatchObject({ status: 200, error: { code: -32300 } })
  })
  test('a body beyond the limit is not read', async () => {
    expect(await payme.send(`{"id":1,"method":"CheckTransaction","params":{"id":"${'a'.repeat(70_000)}"}}`)).toMatchObject({ status: 200, error: { code: -32700 } })
  })
})

describe('P03 account', () => {
  test.each(['7701004512', '0000000000', '123', '', 'abc', "7' or 1=1"])('%s is not found: -31050, three languages, the field named', async number => {
    for (const answer of [await payme.check(number, amount), await payme.create(FakePayme.newTransaction(), number, amount)]) {
      expect(answer.error).toMatchObject({ code: -31050, data: 'ls', message: { ru: expect.any(String) as string, uz: expect.any(String) as string, en: expect.any(String) as string } })
    }
  })
  test('no account at all', async () => {
    for (const account of [undefined, null, 'x', [], {}, { other: '1' }]) expect((await payme.call('CheckPerformTransaction', { amount, account })).error, JSON.stringify(account)).toMatchObject({ code: -31050, data: 'ls' })
  })
  test('spaces and unknown fields do no harm', async () => {
    const { accountNumber } = unit()
    const typed = `${accountNumber.slice(0, 3)} ${accountNumber.slice(3, 6)}-${accountNumber.slice(6)}`
    expect((await payme.call('CheckPerformTransaction', { amount, account: { ls: typed, phone: '998900000000' } })).result).toMatchObject({ allow: true })
  })
  test('an account of another country is not found', async () => {
    const other = await makeHouse(db, { country: 'KZ', flats: 1 })
    expect((await payme.check(other.premises[0]!.accountNumber, amount)).error?.code).toBe(-31050)
  })
  test('a closed account takes nothing', async () => {
    const closed = unit()
    await db.sql(`update accounts set closed_on = '2026-01-01' where account_id = $1`, [closed.accountId])
    expect((await payme.check(closed.accountNumber, amount)).error).toMatchObject({ code: -31051, data: 'ls' })
  })
})

describe('P04 amount', () => {
  test.each([0, -1, 99, 0.5, 100.5, '12500050', null, 1e15, 9007199254740993, {}])('%s: -31001', async wrong => {
    const { accountNumber } = common()
    expect((await payme.check(accountNumber, wrong)).error?.code).toBe(-31001)
    expect((await payme.create(FakePayme.newTransaction(), accountNumber, wrong)).error?.code).toBe(-31001)
  })
  test('a one-time invoice wants exactly its sum', async () => {
    const { number } = await invoice(common(), 500_000n)
    for (const wrong of [499_999, 500_001]) expect((await payme.check(number, wrong)).error?.code).toBe(-31001)
    expect((await payme.check(number, 500_000)).result).toMatchObject({ allow: true })
  })
})

describe('P05–P16 the life of a transaction', () => {
  test('P05 check leaves nothing', async () => {
    const { accountNumber } = common()
    const before = await rowCounts()
    for (let i = 0; i < 3; i += 1) await payme.check(accountNumber, amount)
    expect(await rowCounts()).toEqual(before)
  })

  test('P06 create twice: the same bytes', async () => {
    const id = FakePayme.newTransaction()
    const time = Date.now()
    const first = await payme.create(id, common().accountNumber, amount, time)
    expect(first.type).toBe('text/json; charset=UTF-8')
    expect(first.result).toEqual({ create_time: expect.any(Number) as number, transaction: expect.any(String) as string, state: 1, receivers: null })
    expect((await payme.create(id, common().accountNumber, amount, time)).text).toBe(first.text)
    expect((await payme.create(id, common().accountNumber, amount + 1, time)).error?.code).toBe(-31001)
    expect((await payme.create(id, unit().accountNumber, amount, time)).error?.code).toBe(-31050)
    expect((await payme.create(id, common().accountNumber, amount, time)).text).toBe(first.text)
  })

  test('P07 a one-time invoice has one live payment', async () => {
    const { number } = await invoice(common(), 700_000n)
    const [first, second] = [FakePayme.newTransaction(), FakePayme.newTransaction()]
    expect((await payme.create(first, number, 700_000)).result).toMatchObject({ state: 1 })
    for (const answer of [await payme.create(second, number, 700_000), await payme.check(number, 700_000)]) expect(answer.error).toMatchObject({ code: -31052, data: 'ls' })
    expect((await payme.cancel(first)).result).toMatchObject({ state: -1 })
    expect((await payme.create(second, number, 700_000)).result).toMatchObject({ state: 1 })
    expect((await payme.perform(second)).result).toMatchObject({ state: 2 })
    expect((await payme.create(FakePayme.newTransaction(), number, 700_000)).error).toMatchObject({ code: -31052 })
    expect((await payme.cancel(second, 5)).result).toMatchObject({ state: -2 })
    expect((await payme.check(number, 700_000)).result).toMatchObject({ allow: true })
  })

  test('P07 in parallel one of many wins', async () => {
    const { number } = await invoice(common(), 300_000n)
    const answers = await Promise.all(Array.from({ length: 12 }, () => payme.create(FakePayme.newTransaction(), number, 300_000)))
    expect(answers.filter(answer => answer.result)).toHaveLength(1)
    expect(new Set(answers.filter(answer => answer.error).map(answer => answer.error?.code))).toEqual(new Set([-31052]))
  })

  test('P08 an account takes many at once', async () => {
    const of = unit()
    const ids = Array.from({ length: 8 }, () => FakePayme.newTransaction())
    expect((await Promise.all(ids.map(id => payme.create(id, of.accountNumber, amount)))).every(answer => answer.result)).toBe(true)
    expect((await Promise.all(ids.map(id => payme.perform(id)))).every(answer => answer.result?.['state'] === 2)).toBe(true)
    expect(await entries(of)).toHaveLength(8)
  })

  test('P09 perform twice: the same bytes, one posting', async () => {
    const of = unit()
    const id = FakePayme.newTransaction()
    await payme.create(id, of.accountNumber, amount)
    const first = await payme.perform(id)
    expect(first.result).toEqual({ transaction: expect.any(String) as string, perform_time: expect.any(Number) as number, state: 2 })
    expect((await payme.perform(id)).text).toBe(first.text)
    expect(await entries(of)).toEqual([{ kind: 'PAYMENT', fund: 'CURRENT', amount: String(-amount), ledger: 'RECEIVABLE' }])
    expect((await payme.create(id, of.accountNumber, amount)).error?.code).toBe(-31008)
  })

  test('P10 what was not created is not found', async () => {
    for (const answer of [await payme.perform('nothing'), await payme.cancel('nothing'), await payme.look('nothing')]) expect(answer.error?.code).toBe(-31003)
  })

  test('P11 P13 P16 cancelled before payment stays cancelled', async () => {
    const of = unit()
    const id = FakePayme.newTransaction()
    await payme.create(id, of.accountNumber, amount)
    const first = await payme.cancel(id, 3)
    expect(first.result).toEqual({ transaction: expect.any(String) as string, cancel_time: expect.any(Number) as number, state: -1 })
    expect((await payme.cancel(id, 5)).text).toBe(first.text)
    expect((await payme.perform(id)).error?.code).toBe(-31008)
    expect((await payme.create(id, of.accountNumber, amount)).error?.code).toBe(-31008)
    expect((await payme.look(id)).result).toMatchObject({ state: -1, reason: 3, perform_time: 0, cancel_time: first.result?.['cancel_time'] })
    expect(await entries(of)).toEqual([])
  })

  test('P14 P16 cancelled after payment: one reversal', async () => {
    const of = unit()
    const id = FakePayme.newTransaction()
    await payme.create(id, of.accountNumber, amount)
    await payme.perform(id)
    const first = await payme.cancel(id, 5)
    expect(first.result).toMatchObject({ state: -2 })
    expect((await payme.cancel(id, 5)).text).toBe(first.text)
    expect((await payme.perform(id)).error?.code).toBe(-31008)
    expect((await entries(of)).map(entry => [entry.kind, entry.amount])).toEqual([['PAYMENT', String(-amount)], ['REVERSAL', String(amount)]])
    const looked = await payme.look(id)
    expect(looked.result).toMatchObject({ state: -2, reason: 5 })
    expect(Number(looked.result?.['perform_time'])).toBeGreaterThan(0)
  })

  test('P15 where refunds are forbidden: -31007 and nothing changes', async () => {
    const merchant = await makeMerchant(db, { refunds: 'FORBIDDEN' })
    const strict = new FakePayme(doors.origin, merchant.key, `/api/payments/payme/${merchant.segment}`)
    const of = unit()
    const id = FakePayme.newTransaction()
    await strict.create(id, of.accountNumber, amount)
    await strict.perform(id)
    expect((await strict.cancel(id, 5)).error?.code).toBe(-31007)
    expect((await strict.look(id)).result).toMatchObject({ state: 2, reason: null })
  })

  test('CheckTransaction tells 0 for times not reached and null for no reason', async () => {
    const id = FakePayme.newTransaction()
    const created = await payme.create(id, common().accountNumber, amount)
    expect((await payme.look(id)).result).toEqual({ create_time: created.result?.['create_time'], perform_time: 0, cancel_time: 0, transaction: created.result?.['transaction'], state: 1, reason: null })
  })
})

describe('P12 twelve hours by Payme\'s time', () => {
  const hours = 43_200_000
  // The clock of the database ticks on: a second on either side of the boundary; the exact millisecond is in the next test.
  test('just inside lives, just outside is cancelled with reason 4', async () => {
    const start = new Date('2026-11-20T08:00:00Z').getTime()
    await setNow(new Date(start))
    const [kept, late] = [FakePayme.newTransaction(), FakePayme.newTransaction()]
    for (const id of [kept, late]) expect((await payme.create(id, common().accountNumber, amount, start)).result).toMatchObject({ state: 1 })
    await setNow(new Date(start + hours - 5000))
    expect((await payme.perform(kept)).result).toMatchObject({ state: 2 })
    await setNow(new Date(start + hours + 1000))
    expect((await payme.perform(late)).error?.code).toBe(-31008)
    expect((await payme.look(late)).result).toMatchObject({ state: -1, reason: 4 })
    expect((await payme.create(late, common().accountNumber, amount, start)).error?.code).toBe(-31008)
    await resetClock()
  })

  test('a new transaction older than twelve hours is refused, at the millisecond', async () => {
    await db.sql(`create or replace function app.now() returns timestamptz language sql stable as $$ select '2026-11-20T08:00:00.000Z'::timestamptz $$`)
    try {
      const now = new Date('2026-11-20T08:00:00.000Z').getTime()
      expect((await payme.create(FakePayme.newTransaction(), common().accountNumber, amount, now - hours)).result).toMatchObject({ state: 1 })
      expect((await payme.create(FakePayme.newTransaction(), common().accountNumber, amount, now - hours - 1)).error?.code).toBe(-31008)
      // A clock that runs twelve hours fast is no transaction either: such a one would never end.
      expect((await payme.create(FakePayme.newTransaction(), common().accountNumber, amount, now + hours)).result).toMatchObject({ state: 1 })
      expect((await payme.create(FakePayme.newTransaction(), common().accountNumber, amount, now + hours + 1)).error?.code).toBe(-31008)
      expect((await payme.create(FakePayme.newTransaction(), (await invoice(common(), 500_000n)).number, 500_000, now + 100 * hours)).error?.code).toBe(-31008)
      const id = FakePayme.newTransaction()
      await payme.create(id, common().accountNumber, amount, now)
      const at = (ms: number) => db.sql(`create or replace function app.now() returns timestamptz language sql stable as $$ select '${new Date(ms).toISOString()}'::timestamptz $$`)
      await at(now + hours)
      expect((await payme.look(id)).result).toMatchObject({ state: 1 })
      await at(now + hours + 1)
      expect((await payme.look(id)).result).toMatchObject({ state: -1, reason: 4, cancel_time: now + hours + 1 })
    } finally {
      await db.sql(`create or replace function app.now() returns timestamptz language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
        begin return transaction_timestamp() + coalesce((select s.shift from app.clock_shift s limit 1), interval '0'); end $$`)
    }
  })
})
