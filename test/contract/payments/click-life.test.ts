import { afterAll, describe, expect, test } from 'vitest'
import { resetClock, setNow } from '#test/support/clock.ts'
import { FakeClick, type ClickOrder } from '#test/support/fakes/click.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { openPaymentHouse } from '#test/support/fakes/payment-house.ts'

const amount = '125000.50'
const tiyin = 12_500_050
const { db, doors, merchant, unit, common, invoice, count, entries, close } = await openPaymentHouse({ provider: 'click' })
const click = new FakeClick(doors.origin, merchant)

afterAll(async () => {
  await resetClock()
  await close()
})

const order = (of: { accountNumber: string } = common(), sum = amount): ClickOrder => ({ trans: FakeClick.newTransaction(), account: of.accountNumber, amount: sum })
const prepareId = (answer: { body: Record<string, unknown> }) => answer.body['merchant_prepare_id']

describe('P06–P16 the life of a payment', () => {
  test('P06 prepare twice: the same prepare id and one record; other data change nothing', async () => {
    const one = order()
    const first = await click.prepare(one)
    expect((await click.prepare(one)).text).toBe(first.text)
    expect((await click.prepare({ ...one, amount: '1' })).error).toBe(-2)
    expect((await click.prepare({ ...one, account: unit().accountNumber })).error).toBe(-5)
    expect((await click.prepare(one)).text).toBe(first.text)
    expect(await count('payment_transactions where external_id = $1', [one.trans])).toBe(1)
  })

  test('P07 an invoice has one live payment: -9 while it is held, -4 once it is paid', async () => {
    const of = { accountNumber: (await invoice(common(), 700_000n)).number }
    const [first, second] = [order(of, '7000'), order(of, '7000.00')]
    const held = await click.prepare(first)
    expect(held.error).toBe(0)
    expect((await click.prepare(second)).error).toBe(-9)
    expect((await click.complete(first, prepareId(held), { error: -5017 })).error).toBe(-9)
    expect((await click.pay(second)).error).toBe(0)
    expect((await click.prepare(order(of, '7000'))).error).toBe(-4)
  })

  test('P07 in parallel one of many wins', async () => {
    const of = { accountNumber: (await invoice(common(), 300_000n)).number }
    const answers = await Promise.all(Array.from({ length: 12 }, () => click.prepare(order(of, '3000.00'))))
    expect(answers.filter(answer => answer.error === 0)).toHaveLength(1)
    expect(answers.filter(answer => answer.error !== 0).every(answer => answer.error === -9)).toBe(true)
  })

  test('P08 an account takes many at once; -4 is never about the account', async () => {
    const of = unit()
    const answers = await Promise.all(Array.from({ length: 10 }, () => click.pay(order(of))))
    expect(answers.map(answer => answer.error)).toEqual(Array(10).fill(0))
    expect(await entries(of)).toMatchObject(Array(10).fill({ kind: 'PAYMENT', amount: String(-tiyin) }))
  })

  test('P09 P16 complete twice: 0 and then -4, one posting', async () => {
    const of = unit()
    const one = order(of)
    const prepared = await click.prepare(one)
    expect((await click.complete(one, prepareId(prepared))).error).toBe(0)
    const again = await click.complete(one, prepareId(prepared))
    expect(again.error).toBe(-4)
    expect((await click.complete(one, prepareId(prepared))).text).toBe(again.text)
    expect((await click.prepare(one)).error).toBe(-4)
    expect(await entries(of)).toHaveLength(1)
  })

  test('P10 an unknown prepare id, another\'s, another account\'s: -6', async () => {
    const [one, other] = [order(), order(unit())]
    const [first, second] = [await click.prepare(one), await click.prepare(other)]
    expect((await click.complete(one, 999_999_999)).error).toBe(-6)
    expect((await click.complete(one, prepareId(second))).error).toBe(-6)
    expect((await click.complete({ ...one, account: other.account }, prepareId(first))).error).toBe(-6)
    expect((await click.complete(order(), prepareId(first))).error, 'a transaction that was never prepared').toBe(-6)
    expect((await click.complete(one, prepareId(first))).error).toBe(0)
  })

  test('P11 P13 P16 cancelled before payment stays cancelled', async () => {
    const of = unit()
    const one = order(of)
    const prepared = await click.prepare(one)
    for (const error of [-5017, -5017, 0]) expect((await click.complete(one, prepareId(prepared), { error })).error).toBe(-9)
    expect((await click.prepare(one)).error).toBe(-9)
    expect(await entries(of)).toEqual([])
    expect(await db.sql('select state, reason from payment_transactions where external_id = $1', [one.trans])).toEqual([{ state: 'CANCELLED', reason: -5017 }])
  })

  test('P14 cancelled after payment: -9, the posting stays, a person is asked', async () => {
    const of = unit()
    const one = order(of)
    const prepared = await click.prepare(one)
    await click.complete(one, prepareId(prepared))
    expect((await click.complete(one, prepareId(prepared), { error: -5017 })).error).toBe(-9)
    expect(await entries(of)).toHaveLength(1)
    expect(await count(`audit_entries where action = 'payments.askReversal' and subject_id = (select payment_id::text from payment_transactions where external_id = $1)`, [one.trans])).toBe(1)
    expect((await click.complete(one, prepareId(prepared))).error, 'and it is still paid').toBe(-4)
  })

  test('P21 the debt and the account may change after Prepare: Complete takes what was prepared', async () => {
    const of = unit()
    const one = order(of)
    const prepared = await click.prepare(one)
    await db.sql(`update accounts set closed_on = '2026-01-01' where account_id = $1`, [of.accountId])
    expect((await click.complete(one, prepareId(prepared))).error).toBe(0)
    expect(await entries(of)).toMatchObject([{ kind: 'PAYMENT', amount: String(-tiyin) }])
  })

  test('a Prepare that was never completed lets go after a day; Complete is told so', async () => {
    const start = new Date('2026-11-20T08:00:00Z').getTime()
    const of = { accountNumber: (await invoice(common(), 100_000n)).number }
    await setNow(new Date(start))
    const [late, kept] = [order(of, '1000'), order()]
    const [first, second] = [await click.prepare(late), await click.prepare(kept)]
    await setNow(new Date(start + 24 * 3_600_000 - 5000))
    expect((await click.complete(kept, prepareId(second))).error).toBe(0)
    await setNow(new Date(start + 24 * 3_600_000 + 1000))
    expect((await click.pay(order(of, '1000'))).error).toBe(0)
    expect((await click.complete(late, prepareId(first))).error).toBe(-9)
    await resetClock()
  })
})

test('P25 Click\'s fifteen scenarios in order (payments.md 3.4)', async () => {
  const [a, b, c] = [order(unit()), order(unit()), order(unit())]
  const said: number[] = []
  const say = async (answer: Promise<{ error: number; body: Record<string, unknown> }>) => {
    const { error, body } = await answer
    said.push(error)
    return body['merchant_prepare_id']
  }
  await say(click.prepare(a, { secret: 'bad' }))
  await say(click.prepare({ ...a, account: '7701004512' }))
  const first = await say(click.prepare(a))
  await say(click.complete(a, first, { secret: 'bad' }))
  await say(click.complete({ ...a, amount: '300' }, first))
  await say(click.complete(a, first))
  await say(click.complete(a, first))
  await say(click.complete(a, first, { error: -5017 }))
  const second = await say(click.prepare(b))
  await say(click.complete(b, 999_999_999))
  await say(click.complete(b, second))
  const third = await say(click.prepare(c))
  await say(click.complete(c, third, { error: -5017 }))
  await say(click.complete(c, third, { error: -5017 }))
  await say(click.complete(c, third))
  expect(said).toEqual([-1, -5, 0, -1, -2, 0, -4, -9, 0, -6, 0, 0, -9, -9, -9])
})

describe('P19 P20 many at once, and a commit that fails', () => {
  test('the same calls twenty times: one prepare id, one 0, one posting', async () => {
    const of = unit()
    const one = order(of)
    const prepared = await Promise.all(Array.from({ length: 20 }, () => click.prepare(one)))
    expect(new Set(prepared.map(answer => answer.text)).size).toBe(1)
    const completed = await Promise.all(Array.from({ length: 20 }, () => click.complete(one, prepareId(prepared[0]!))))
    expect(completed.map(answer => answer.error).sort()).toEqual([...Array<number>(19).fill(-4), 0])
    expect(await entries(of)).toHaveLength(1)
    expect(await count(`event_queue where name = 'payments.posted' and payload ->> 'accountId' = $1`, [of.accountId])).toBe(1)
    expect(await count('payment_request_log where external_id = $1', [one.trans])).toBe(40)
  })

  test('Complete and its cancelling against each other: never both', async () => {
    for (let round = 0; round < 5; round += 1) {
      const of = common()
      const one = order(of)
      const id = prepareId(await click.prepare(one))
      const answers = await Promise.all([click.complete(one, id), click.complete(one, id, { error: -5017 }), click.complete(one, id)])
      const [row] = await db.sql<{ state: string; n: number }>(`select t.state, (select count(*)::int from ledger_entries e where e.transaction_id = t.payment_id and e.account_id is not null) as n
        from payment_transactions t where t.external_id = $1`, [one.trans])
      expect(row).toEqual(answers.some(answer => answer.error === 0) ? { state: 'PAID', n: 1 } : { state: 'CANCELLED', n: 0 })
    }
  })

  test('-7 with HTTP 200, nothing is left, the retry succeeds once', async () => {
    const of = unit()
    const one = order(of)
    const prepared = await click.prepare(one)
    await db.sql(`create function chaos() returns trigger language plpgsql as $$ begin raise exception 'disk on fire'; end $$`)
    await db.sql('create constraint trigger chaos after update on payment_transactions deferrable initially deferred for each row execute function chaos()')
    expect(await click.complete(one, prepareId(prepared))).toMatchObject({ status: 200, error: -7 })
    await db.sql('drop trigger chaos on payment_transactions')
    expect((await click.complete(one, prepareId(prepared))).error).toBe(0)
    expect(await entries(of)).toHaveLength(1)
    expect(await count(`payment_request_log where external_id = $1 and response = '-7'`, [one.trans])).toBe(1)
  })

  test('under overload: -7 with HTTP 200', async () => {
    const busy = await openDoors({ busy: true })
    expect(await new FakeClick(busy.origin, merchant).prepare(order())).toMatchObject({ status: 200, error: -7 })
    await busy.close()
  })
})

test('P22 neither the key nor card or personal numbers reach the log', async () => {
  await click.prepare({ ...order(), account: '8600123412341234' })
  await click.prepare(order(), { more: { pinfl: '31203945670012' } })
  const text = JSON.stringify(await db.sql('select * from payment_request_log')) + JSON.stringify(await db.sql('select raw_create, raw_perform from payment_transactions')) + JSON.stringify(await db.sql('select * from payment_merchant_keys'))
  for (const secret of [merchant.key, '8600123412341234', '31203945670012']) expect(text).not.toContain(secret)
})

test('the ledger is the sum of what was paid, and verifies', async () => {
  const [row] = await db.sql<{ ledger: string; paid: string }>(`select (select -sum(amount) from ledger_entries where account_id is not null)::text as ledger,
    (select sum(amount) from payment_transactions where state = 'PAID')::text as paid`)
  expect(row?.ledger).toBe(row?.paid)
  expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
})
