import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import type { Fund } from '#server/ledger/schema.ts'
import { chargeUnit } from '#test/support/billing.ts'
import { makeHouse, type TestPremises } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant, type TestMerchant } from '#test/support/fakes/payme.ts'
import { openPaymentHouse } from '#test/support/fakes/payment-house.ts'

const amount = 12_500_050
const { db, doors, merchant, house, unit, common, count, balances, close } = await openPaymentHouse({ provider: 'payme' }, 20)
const payme = new FakePayme(doors.origin, merchant.key)

afterAll(close)

const charge = (of: TestPremises, fund: Fund, sum: number, period = '2026-10') => chargeUnit(house, of, { amount: BigInt(sum), fund, period })

describe('P17 statement', () => {
  test('inclusive on both ends, ascending by Payme\'s time, only what was created', async () => {
    const own = await makeMerchant(db)
    const door = new FakePayme(doors.origin, own.key, `/api/payments/payme/${own.segment}`)
    const of = unit()
    const base = Date.now() - 3_600_000
    const ids = [0, 1, 2, 3].map(() => FakePayme.newTransaction())
    for (const place of [2, 0, 3, 1]) await door.create(ids[place]!, of.accountNumber, amount + place, base + place * 1000)
    await door.perform(ids[1]!)
    await door.cancel(ids[2]!, 3)
    await door.create(FakePayme.newTransaction(), '7701004512', amount, base + 500)
    const list = (await door.statement(base, base + 2000)).result?.['transactions'] as Record<string, unknown>[]
    expect(list.map(each => each['id'])).toEqual(ids.slice(0, 3))
    expect(list[0]).toEqual({ id: ids[0], time: base, amount, account: { ls: of.accountNumber }, create_time: expect.any(Number) as number, perform_time: 0, cancel_time: 0,
      transaction: expect.any(String) as string, state: 1, reason: null, receivers: null })
    expect(list[1]).toMatchObject({ state: 2, perform_time: expect.any(Number) as number })
    expect(list[2]).toMatchObject({ state: -1, reason: 3 })
    expect((await door.statement(base + 1, base + 999)).result).toEqual({ transactions: [] })
    expect((await payme.statement(base, base + 2000)).result, 'another merchant sees nothing of it').toEqual({ transactions: [] })
  })
})

describe('P18 fiscal data', () => {
  test('is stored per type and repeated without harm', async () => {
    const of = unit()
    const id = FakePayme.newTransaction()
    await payme.create(id, of.accountNumber, amount)
    await payme.perform(id)
    const data = { receipt_id: 121, status_code: 0, message: 'accepted', terminal_id: 'EP000000000025', fiscal_sign: '800031554082', qr_code_url: 'https://ofd.soliq.uz/check?t=EP000000000025&r=121', date: '20261121101010', card: 'not ours' }
    for (let i = 0; i < 2; i += 1) expect((await payme.call('SetFiscalData', { id, type: 'PERFORM', fiscal_data: data })).result).toEqual({ success: true })
    const [row] = await db.sql<{ fiscal: Record<string, Record<string, unknown>> }>('select fiscal from payment_transactions where external_id = $1', [id])
    expect(row?.fiscal['PERFORM']).toMatchObject({ receipt_id: 121, fiscal_sign: '800031554082' })
    expect(row?.fiscal['PERFORM']).not.toHaveProperty('card')
    expect((await payme.call('SetFiscalData', { id: 'nothing', type: 'PERFORM', fiscal_data: data })).error?.code).toBe(-32001)
    expect((await payme.call('SetFiscalData', { id, type: 'OTHER', fiscal_data: data })).error?.code).toBe(-32602)
  })
})

describe('P19 the same call twenty times at once', () => {
  test('create and perform: one transaction, one posting, one event, the same bytes', async () => {
    const of = unit()
    const id = FakePayme.newTransaction()
    const time = Date.now()
    const created = await Promise.all(Array.from({ length: 20 }, () => payme.create(id, of.accountNumber, amount, time)))
    expect(new Set(created.map(answer => answer.text)).size).toBe(1)
    expect(created[0]?.result).toMatchObject({ state: 1 })
    const performed = await Promise.all(Array.from({ length: 20 }, () => payme.perform(id)))
    expect(new Set(performed.map(answer => answer.text)).size).toBe(1)
    expect(performed[0]?.result).toMatchObject({ state: 2 })
    expect(await count(`ledger_entries where account_id = $1`, [of.accountId])).toBe(1)
    expect(await count(`event_queue where name = 'payments.posted' and payload ->> 'accountId' = $1`, [of.accountId])).toBe(1)
    expect(await count(`audit_entries where action = 'payments.settlePayment' and subject_id = (select payment_id::text from payment_transactions where external_id = $1)`, [id])).toBe(1)
    expect(await count(`payment_request_log where external_id = $1`, [id])).toBe(40)
    expect(await balances(of)).toEqual({ CURRENT: -amount })
    const cancelled = await Promise.all(Array.from({ length: 20 }, () => payme.cancel(id, 5)))
    expect(new Set(cancelled.map(answer => answer.text)).size).toBe(1)
    expect(await balances(of)).toEqual({ CURRENT: 0 })
    expect(await count(`ledger_reversals where building_id = $1 and account_id = $2`, [house.buildingId, of.accountId])).toBe(1)
  })

  test('perform and cancel against each other: either order, never both halves', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = FakePayme.newTransaction()
      await payme.create(id, common().accountNumber, amount)
      await Promise.all([payme.perform(id), payme.cancel(id, 3), payme.perform(id)])
      const state = Number((await payme.look(id)).result?.['state'])
      const own = await db.sql<{ sum: string | null }>(`select sum(amount)::text as sum from ledger_entries e where e.source_type = 'payment' and e.account_id is not null
        and e.source_id = (select seq::text from payment_transactions where external_id = $1)`, [id])
      expect([-1, -2]).toContain(state)
      expect(Number(own[0]?.sum ?? 0)).toBe(0)
    }
  })
})

describe('P20 a commit that fails', () => {
  test('is told as -32400 and leaves nothing; the retry succeeds once', async () => {
    const of = unit()
    const id = FakePayme.newTransaction()
    await payme.create(id, of.accountNumber, amount)
    await db.sql(`create table chaos (broken boolean)`)
    await db.sql(`insert into chaos values (true)`)
    await db.sql(`grant select on chaos to public`)
    await db.sql(`create function chaos() returns trigger language plpgsql security definer as $$ begin if exists (select from public.chaos where broken) then raise exception 'disk on fire'; end if; return null; end $$`)
    await db.sql(`create constraint trigger chaos after insert on payment_request_log deferrable initially deferred for each row execute function chaos()`)
    const failed = await payme.perform(id)
    expect(failed).toMatchObject({ status: 200, error: { code: -32400 } })
    expect(await count('ledger_entries where account_id = $1', [of.accountId])).toBe(0)
    await db.sql(`update chaos set broken = false`)
    expect((await payme.perform(id)).result).toMatchObject({ state: 2 })
    expect(await count('ledger_entries where account_id = $1', [of.accountId])).toBe(1)
    await db.sql(`drop trigger chaos on payment_request_log`)
  })

  test('one bad call in a batch harms no other', async () => {
    const of = unit()
    const ids = Array.from({ length: 6 }, () => FakePayme.newTransaction())
    await db.sql(`create function chaos_one() returns trigger language plpgsql as $$ begin if new.external_id = '${ids[3]}' then raise exception 'only this one'; end if; return new; end $$`)
    await db.sql(`create trigger chaos_one before insert on payment_transactions for each row execute function chaos_one()`)
    const answers = await Promise.all(ids.map((id, place) => payme.create(id, place % 2 ? of.accountNumber : common().accountNumber, amount)))
    expect(answers.map(answer => answer.error?.code ?? answer.result?.['state'])).toEqual([1, 1, 1, -32400, 1, 1])
    expect(await count(`payment_request_log where external_id = $1 and response = 'E-32400'`, [ids[3]])).toBe(1)
    await db.sql(`drop trigger chaos_one on payment_transactions`)
  })
})

describe('money', () => {
  test('is split by the dated order, oldest need first, the rest is an advance', async () => {
    const of = unit()
    await charge(of, 'PENALTY', 1_000)
    await charge(of, 'CURRENT', 200_000)
    await charge(of, 'UTILITIES', 300_000)
    const pay = async (sum: number) => {
      const id = FakePayme.newTransaction()
      await payme.create(id, of.accountNumber, sum)
      await payme.perform(id)
      return id
    }
    await pay(350_000)
    expect(await balances(of)).toEqual({ PENALTY: 1_000, CURRENT: 150_000, UTILITIES: 0 })
    const last = await pay(200_000)
    expect(await balances(of)).toEqual({ PENALTY: 0, CURRENT: -49_000, UTILITIES: 0 })
    await payme.cancel(last, 5)
    expect(await balances(of)).toEqual({ PENALTY: 1_000, CURRENT: 150_000, UTILITIES: 0 })
  })

  test('P21 a debt that changes between create and perform does not change what was paid', async () => {
    const of = unit()
    await charge(of, 'UTILITIES', 500_000)
    const id = FakePayme.newTransaction()
    await payme.create(id, of.accountNumber, 500_000)
    await charge(of, 'UTILITIES', 70_000, '2026-11')
    await payme.perform(id)
    expect(await balances(of)).toEqual({ UTILITIES: 70_000 })
  })

  test('the ledger verifies after all of this', async () => {
    expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
  })
})

describe('merchants (settled 12)', () => {
  test('an account outside the merchant is not found', async () => {
    const other = await makeHouse(db, { country: 'UZ', flats: 1 })
    const ofHouse = await makeMerchant(db, { scope: { type: 'BUILDING', id: house.buildingId } })
    const ofCompany = await makeMerchant(db, { scope: { type: 'ORGANISATION', id: other.organisationId } })
    for (const [mine, foreign, own] of [[ofHouse, other.premises[0], common()], [ofCompany, common(), other.premises[0]]] as const) {
      const door = new FakePayme(doors.origin, mine.key, `/api/payments/payme/${mine.segment}`)
      expect((await door.check(foreign!.accountNumber, amount)).error?.code).toBe(-31050)
      expect((await door.create(FakePayme.newTransaction(), foreign!.accountNumber, amount)).error?.code).toBe(-31050)
      expect((await door.check(own!.accountNumber, amount)).result).toMatchObject({ allow: true })
    }
  })

  test('one merchant\'s key opens no other\'s door, and its transactions are its own', async () => {
    const [a, b] = [await makeMerchant(db), await makeMerchant(db)]
    const doorOf = (at: TestMerchant, key: string) => new FakePayme(doors.origin, key, `/api/payments/payme/${at.segment}`)
    expect((await doorOf(a, b.key).check(common().accountNumber, amount)).error?.code).toBe(-32504)
    const id = FakePayme.newTransaction()
    await doorOf(a, a.key).create(id, common().accountNumber, amount)
    expect((await doorOf(b, b.key).look(id)).error?.code).toBe(-31003)
  })

  test('ChangePassword: the new key and the one that asked live, the same key is refused', async () => {
    const own = await makeMerchant(db)
    const path = `/api/payments/payme/${own.segment}`
    const door = new FakePayme(doors.origin, own.key, path)
    expect((await door.call('ChangePassword', { password: own.key })).error?.code).toBe(-32504)
    expect((await door.call('ChangePassword', { password: 'a-new-password-1' })).result).toEqual({ success: true })
    for (const key of [own.key, 'a-new-password-1']) expect((await new FakePayme(doors.origin, key, path).look('x')).error?.code).toBe(-31003)
    await new FakePayme(doors.origin, 'a-new-password-1', path).call('ChangePassword', { password: 'a-new-password-2' })
    expect((await new FakePayme(doors.origin, own.key, path).look('x')).error?.code).toBe(-32504)
  })

  test('addresses outside the list are strangers', async () => {
    const far = await makeMerchant(db, { addresses: ['185.234.113.0/28'] })
    expect((await new FakePayme(doors.origin, far.key, `/api/payments/payme/${far.segment}`).look('x')).error?.code).toBe(-32504)
  })

  test('under overload the answer is Payme\'s own, with HTTP 200', async () => {
    const busy = await openDoors({ busy: true })
    expect(await new FakePayme(busy.origin, merchant.key).look('x')).toMatchObject({ status: 200, error: { code: -32400 } })
    await busy.close()
  })
})

test('P22 neither keys nor card or personal numbers reach the log', async () => {
  await payme.call('CheckPerformTransaction', { amount, account: { ls: '4111111111111111', pinfl: '31203945670012' } })
  await payme.call('CreateTransaction', { id: FakePayme.newTransaction(), time: Date.now(), amount, account: { ls: common().accountNumber, card: '8600123412341234' } })
  await payme.call('ChangePassword', { password: merchant.key })
  const text = JSON.stringify(await db.sql('select request, response from payment_request_log')) + JSON.stringify(await db.sql('select raw_create, raw_perform from payment_transactions'))
  for (const secret of [merchant.key, btoa(`Paycom:${merchant.key}`), '4111111111111111', '31203945670012', '8600123412341234']) expect(text).not.toContain(secret)
  expect(readFileSync('server/payments/payme/answer.ts', 'utf8')).not.toMatch(/log[.]\w+\([^)]*(authorization|key_hash)/)
})
