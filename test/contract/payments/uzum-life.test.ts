import { afterAll, describe, expect, test } from 'vitest'
import { resetClock, setNow } from '#test/support/clock.ts'
import type { TestPremises } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { makeMerchant, type TestMerchant } from '#test/support/fakes/payme.ts'
import { FakeUzum } from '#test/support/fakes/uzum.ts'
import { openPaymentHouse } from '#test/support/fakes/payment-house.ts'

const amount = 12_500_050
const minutes = 60_000
const { db, doors, merchant, unit, common, invoice, count, entries, rowCounts, close } = await openPaymentHouse({ provider: 'uzum' })
const uzum = new FakeUzum(doors.origin, merchant)

afterAll(async () => {
  await resetClock()
  await close()
})

const at = (own: TestMerchant, origin = doors.origin) => new FakeUzum(origin, own, `/api/payments/uzum/${own.segment}`)
async function created(of: TestPremises): Promise<string> {
  const id = FakeUzum.newTransaction()
  expect((await uzum.create(id, of.accountNumber, amount)).state).toBe('CREATED')
  return id
}
/** The clock of the database stands still at this millisecond. */
const stopClock = (ms: number) => db.sql(`create or replace function app.now() returns timestamptz language sql stable as $$ select '${new Date(ms).toISOString()}'::timestamptz $$`)
const startClock = () => db.sql(`create or replace function app.now() returns timestamptz language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
  begin return transaction_timestamp() + coalesce((select s.shift from app.clock_shift s limit 1), interval '0'); end $$`)

describe('P05–P16 the life of a payment', () => {
  test('P05 check leaves nothing', async () => {
    const before = await rowCounts()
    for (let i = 0; i < 3; i += 1) await uzum.check(common().accountNumber)
    expect(await rowCounts()).toEqual(before)
  })

  test('P06 create twice: 10010, whatever became of it', async () => {
    const id = await created(common())
    expect((await uzum.create(id, common().accountNumber, amount)).code).toBe('10010')
    expect((await uzum.create(id, unit().accountNumber, 100)).code).toBe('10010')
    await uzum.confirm(id)
    expect((await uzum.create(id, common().accountNumber, amount)).code).toBe('10010')
    expect(await count('payment_transactions where external_id = $1', [id])).toBe(1)
  })

  test('P07 an invoice has one live payment: 10008', async () => {
    const { number } = await invoice(common(), 700_000n)
    const [first, second] = [FakeUzum.newTransaction(), FakeUzum.newTransaction()]
    expect((await uzum.create(first, number, 700_000)).state).toBe('CREATED')
    for (const reply of [await uzum.create(second, number, 700_000), await uzum.check(number)]) expect(reply.code).toBe('10008')
    expect((await uzum.reverse(first)).state).toBe('REVERSED')
    expect((await uzum.create(second, number, 700_000)).state).toBe('CREATED')
    expect((await uzum.confirm(second)).state).toBe('CONFIRMED')
    expect((await uzum.check(number)).code).toBe('10008')
    expect((await uzum.reverse(second)).state).toBe('REVERSED')
    expect((await uzum.check(number)).state).toBe('OK')
  })

  test('P07 in parallel one of many wins', async () => {
    const { number } = await invoice(common(), 300_000n)
    const replies = await Promise.all(Array.from({ length: 12 }, () => uzum.create(FakeUzum.newTransaction(), number, 300_000)))
    expect(replies.filter(reply => reply.state === 'CREATED')).toHaveLength(1)
    expect(new Set(replies.filter(reply => reply.state !== 'CREATED').map(reply => reply.code))).toEqual(new Set(['10008']))
  })

  test('P08 an account takes many at once, confirmed together', async () => {
    const of = unit()
    const ids = await Promise.all(Array.from({ length: 10 }, () => created(of)))
    expect((await Promise.all(ids.map(id => uzum.confirm(id)))).map(reply => reply.state)).toEqual(Array(10).fill('CONFIRMED'))
    expect(await entries(of)).toMatchObject(Array(10).fill({ kind: 'PAYMENT', amount: String(-amount) }))
  })

  test('P09 confirm twice: 10016, one posting', async () => {
    const of = unit()
    const id = await created(of)
    expect((await uzum.confirm(id)).state).toBe('CONFIRMED')
    for (let i = 0; i < 2; i += 1) expect(await uzum.confirm(id)).toMatchObject({ status: 400, code: '10016' })
    expect(await entries(of)).toHaveLength(1)
  })

  test('P10 what was not created is not found: 10014', async () => {
    for (const reply of [await uzum.confirm('nothing'), await uzum.reverse('nothing'), await uzum.status('nothing')]) expect(reply).toMatchObject({ status: 400, code: '10014' })
  })

  test('P11 P13 P16 reversed before payment', async () => {
    const of = unit()
    const id = await created(of)
    expect((await uzum.reverse(id)).state).toBe('REVERSED')
    expect((await uzum.reverse(id)).code).toBe('10018')
    expect((await uzum.confirm(id)).code).toBe('10015')
    expect((await uzum.status(id)).body).toMatchObject({ status: 'REVERSED', confirmTime: null })
    expect(await entries(of)).toEqual([])
  })

  test('P14 P16 reversed after payment: one opposite posting', async () => {
    const of = unit()
    const id = await created(of)
    await uzum.confirm(id)
    expect((await uzum.reverse(id)).state).toBe('REVERSED')
    expect((await uzum.reverse(id)).code).toBe('10018')
    expect((await uzum.confirm(id)).code).toBe('10015')
    expect(await entries(of)).toMatchObject([{ kind: 'PAYMENT', amount: String(-amount) }, { kind: 'REVERSAL', amount: String(amount) }])
    expect(await count(`event_queue where name = 'payments.reversed' and payload ->> 'accountId' = $1`, [of.accountId])).toBe(1)
  })

  test('P15 where refunds are forbidden: 10017 and nothing changes', async () => {
    const strict = at(await makeMerchant(db, { provider: 'uzum', refunds: 'FORBIDDEN' }))
    const [paid, open] = [FakeUzum.newTransaction(), FakeUzum.newTransaction()]
    for (const id of [paid, open]) await strict.create(id, common().accountNumber, amount)
    await strict.confirm(paid)
    expect((await strict.reverse(paid)).code).toBe('10017')
    expect((await strict.status(paid)).state).toBe('CONFIRMED')
    expect((await strict.reverse(open)).state, 'what was not paid may always be let go').toBe('REVERSED')
  })

  test('one merchant\'s operations are no other\'s', async () => {
    const id = await created(common())
    expect((await at(await makeMerchant(db, { provider: 'uzum' })).status(id)).code).toBe('10014')
  })

  test('the debt and the account may change after create: confirm takes what was created (P21)', async () => {
    const of = unit()
    const id = await created(of)
    await db.sql(`update accounts set closed_on = '2026-01-01' where account_id = $1`, [of.accountId])
    expect((await uzum.confirm(id)).state).toBe('CONFIRMED')
    expect(await entries(of)).toMatchObject([{ kind: 'PAYMENT', amount: String(-amount) }])
  })
})

describe('P12 thirty minutes', () => {
  test('just inside lives, just outside has failed', async () => {
    const start = new Date('2026-11-20T08:00:00Z').getTime()
    await setNow(new Date(start))
    const [inside, late] = [await created(common()), await created(common())]
    await setNow(new Date(start + 30 * minutes - 5000))
    expect((await uzum.confirm(inside)).state).toBe('CONFIRMED')
    await setNow(new Date(start + 30 * minutes + 1000))
    expect((await uzum.confirm(late)).code).toBe('10015')
    expect((await uzum.reverse(late)).code).toBe('10018')
    expect((await uzum.status(late)).body).toMatchObject({ status: 'FAILED', confirmTime: null, reverseTime: null })
    await resetClock()
  })

  test('at the millisecond', async () => {
    const now = new Date('2026-11-20T08:00:00.000Z').getTime()
    try {
      await stopClock(now)
      const id = await created(common())
      await stopClock(now + 30 * minutes)
      expect(await uzum.status(id)).toMatchObject({ status: 200, state: 'CREATED' })
      await stopClock(now + 30 * minutes + 1)
      expect(await uzum.status(id)).toMatchObject({ status: 200, state: 'FAILED' })
    } finally {
      await startClock()
    }
  })

  test('an invoice that was held beyond its time is free, and the sweeper lets go what nobody reads', async () => {
    const { number } = await invoice(common(), 100_000n)
    const [first, second] = [FakeUzum.newTransaction(), FakeUzum.newTransaction()]
    const start = new Date('2026-11-19T08:00:00Z').getTime()
    await setNow(new Date(start))
    expect((await uzum.create(first, number, 100_000)).state).toBe('CREATED')
    const forgotten = await created(common())
    await setNow(new Date(start + 31 * minutes))
    expect((await uzum.create(second, number, 100_000)).state).toBe('CREATED')
    const { expirePayments } = await import('#server/payments/jobs.ts')
    await expirePayments('3 hours')
    expect(await db.sql('select state from payment_transactions where external_id = any($1)', [[first, forgotten]])).toEqual([{ state: 'EXPIRED' }, { state: 'EXPIRED' }])
    await resetClock()
  })
})

describe('P19 P20 many at once, and a commit that fails', () => {
  test('the same calls twenty times: one success each, one posting', async () => {
    const of = unit()
    const id = FakeUzum.newTransaction()
    const tally = (replies: { state: unknown; code: string }[]) => replies.map(reply => reply.code || String(reply.state)).sort()
    expect(tally(await Promise.all(Array.from({ length: 20 }, () => uzum.create(id, of.accountNumber, amount))))).toEqual([...Array<string>(19).fill('10010'), 'CREATED'])
    expect(tally(await Promise.all(Array.from({ length: 20 }, () => uzum.confirm(id))))).toEqual([...Array<string>(19).fill('10016'), 'CONFIRMED'])
    expect(await entries(of)).toHaveLength(1)
    expect(await count(`event_queue where name = 'payments.posted' and payload ->> 'accountId' = $1`, [of.accountId])).toBe(1)
    expect(tally(await Promise.all(Array.from({ length: 20 }, () => uzum.reverse(id))))).toEqual([...Array<string>(19).fill('10018'), 'REVERSED'])
    expect(await entries(of)).toHaveLength(2)
    expect(await count('payment_request_log where external_id = $1', [id])).toBe(60)
  })

  test('confirm and reverse against each other: never both halves', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await created(common())
      await Promise.all([uzum.confirm(id), uzum.reverse(id), uzum.confirm(id)])
      expect((await uzum.status(id)).state).toBe('REVERSED')
      expect(await db.sql(`select coalesce(sum(amount), 0)::text as sum from ledger_entries where account_id is not null and source_type = 'payment'
        and source_id = (select seq::text from payment_transactions where external_id = $1)`, [id])).toEqual([{ sum: '0' }])
    }
  })

  test('99999 with HTTP 400, nothing is left, status still says CREATED, the retry succeeds once', async () => {
    const of = unit()
    const id = await created(of)
    await db.sql(`create function chaos() returns trigger language plpgsql as $$ begin raise exception 'disk on fire'; end $$`)
    await db.sql('create constraint trigger chaos after update on payment_transactions deferrable initially deferred for each row execute function chaos()')
    expect(await uzum.confirm(id)).toMatchObject({ status: 400, code: '99999' })
    expect((await uzum.status(id)).state).toBe('CREATED')
    await db.sql('drop trigger chaos on payment_transactions')
    expect((await uzum.confirm(id)).state).toBe('CONFIRMED')
    expect(await entries(of)).toHaveLength(1)
    expect(await count(`payment_request_log where external_id = $1 and response = 'E99999'`, [id])).toBe(1)
  })

  test('under overload: 99999 with HTTP 400', async () => {
    const busy = await openDoors({ busy: true })
    expect(await new FakeUzum(busy.origin, merchant).check(common().accountNumber)).toMatchObject({ status: 400, code: '99999' })
    await busy.close()
  })
})

test('P22 neither keys nor card, personal or telephone numbers reach the log', async () => {
  await uzum.call('check', { params: { ls: '8600123412341234', pinfl: '31203945670012' } })
  await uzum.confirm(await created(common()))
  const text = JSON.stringify(await db.sql('select * from payment_request_log')) + JSON.stringify(await db.sql('select raw_create, raw_perform from payment_transactions'))
  for (const secret of [merchant.key, btoa(merchant.key), '8600123412341234', '31203945670012', '998901234567']) expect(text).not.toContain(secret)
})

test('the ledger is the sum of what was paid, and verifies', async () => {
  const [row] = await db.sql<{ ledger: string; paid: string }>(`select (select -sum(amount) from ledger_entries where account_id is not null)::text as ledger,
    (select sum(amount) from payment_transactions where state = 'PAID')::text as paid`)
  expect(row?.ledger).toBe(row?.paid)
  expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
})
