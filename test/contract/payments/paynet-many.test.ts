import { afterAll, describe, expect, test } from 'vitest'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePaynet, type PaynetAnswer } from '#test/support/fakes/paynet.ts'
import { openPaynetHouse } from '#test/support/fakes/paynet-house.ts'

const amount = 12_500_050
const { db, doors, merchant, unit, count, entries, balances, close, paynet, door, charge } = await openPaynetHouse(10)

afterAll(close)

const code = (answer: PaynetAnswer) => answer.error?.code

describe('P17 statement', () => {
  test('what stands paid, both ends included, ascending, sums in soʻm', async () => {
    const own = await door({})
    const of = unit()
    const ids = [0, 1, 2, 3].map(() => FakePaynet.newTransaction())
    for (const [place, id] of ids.entries()) await own.perform(id, of.accountNumber, 100_050 + place)
    await own.cancel(ids[1]!)
    for (const [place, id] of ids.entries()) {
      await db.sql(`update payment_transactions set provider_time = x.at, performed_at = x.at from (select '2026-11-21 10:00:00.400+05'::timestamptz + $2 * interval '1 second' as at) x where external_id = $1`, [String(id), place])
    }
    const [first] = await db.sql<{ seq: string }>('select seq::text from payment_transactions where external_id = $1', [String(ids[0])])
    const all = await own.statement('2026-11-21 10:00:00', '2026-11-21 10:00:03')
    expect(all.result?.['statements']).toEqual([0, 2, 3].map(place => expect.objectContaining({ transactionId: ids[place], amount: (100_050 + place) / 100, timestamp: `2026-11-21 10:00:0${place}` }) as unknown))
    expect(all.text).toContain(`{"amount":1000.50,"providerTrnId":${first?.seq},"transactionId":${ids[0]},"timestamp":"2026-11-21 10:00:00"}`)
    expect((await own.statement('2026-11-21 10:00:02', '2026-11-21 10:00:02')).result?.['statements']).toHaveLength(1)
    expect((await own.statement('2026-11-21 10:00:04', '2026-11-21 10:00:09')).result).toEqual({ statements: [] })
    expect(JSON.stringify((await paynet.statement('2026-11-21 10:00:00', '2026-11-21 10:00:03')).result)).not.toContain(String(ids[0]))
  })
})

describe('P19–P22', () => {
  test('P19 the same call twenty times at once: one posting', async () => {
    const of = unit()
    const id = FakePaynet.newTransaction()
    const answers = await Promise.all(Array.from({ length: 20 }, () => paynet.perform(id, of.accountNumber, 7_700)))
    expect(answers.filter(answer => answer.result)).toHaveLength(1)
    expect(answers.filter(answer => code(answer) === 201)).toHaveLength(19)
    expect(await entries(of)).toHaveLength(1)
    expect(await count(`payment_request_log where external_id = $1`, [String(id)])).toBe(20)
  })

  test('P20 a commit that fails: -32603, nothing stays; the retry succeeds once', async () => {
    const of = unit()
    const id = FakePaynet.newTransaction()
    await db.sql(`create function chaos() returns trigger language plpgsql as $$ begin raise exception 'disk on fire'; end $$`)
    await db.sql(`create constraint trigger chaos after insert on payment_transactions deferrable initially deferred for each row execute function chaos()`)
    expect(await paynet.perform(id, of.accountNumber, amount)).toMatchObject({ status: 200, error: { code: -32603 } })
    await db.sql(`drop trigger chaos on payment_transactions`)
    expect((await paynet.check(id)).result).toMatchObject({ transactionState: 3 })
    expect((await paynet.perform(id, of.accountNumber, amount)).result).toBeDefined()
    expect(await entries(of)).toHaveLength(1)
  })

  test('P21 a debt that changes between the question and the payment does not change what is paid', async () => {
    const of = unit()
    await charge(of, 500_000n)
    await paynet.look(of.accountNumber)
    await charge(of, 70_000n, '2026-11')
    await paynet.perform(FakePaynet.newTransaction(), of.accountNumber, 500_000)
    expect(await balances(of)).toEqual({ UTILITIES: 70_000 })
  })

  test('ChangePassword: the new one and the one that asked live, the same is refused; P22 none reaches the log', async () => {
    const own = await door({ key: 'house:first-password' })
    const change = (at: FakePaynet, newPassword: unknown) => at.call('ChangePassword', { newPassword })
    for (const wrong of ['first-password', 'short', 12345678]) expect(code(await change(own, wrong)), String(wrong)).toBe(401)
    expect((await change(own, 'second-password')).result).toEqual({ result: 'success' })
    const second = new FakePaynet(doors.origin, 'house:second-password', own.path)
    for (const each of [own, second]) expect((await each.check(1)).result).toBeDefined()
    await change(second, 'third-password')
    expect(code(await own.check(1))).toBe(601)
    await paynet.call('GetInformation', { fields: { client_id: '4111111111111111', pinfl: '31203945670012' } })
    const text = JSON.stringify(await db.sql('select request, response from payment_request_log')) + JSON.stringify(await db.sql('select raw_create, raw_perform from payment_transactions'))
    for (const secret of ['second-password', 'third-password', '12345678', merchant.key, btoa(merchant.key), '4111111111111111', '31203945670012']) expect(text, secret).not.toContain(secret)
  })

  test('under overload: -32603', async () => {
    const busy = await openDoors({ busy: true })
    expect(await new FakePaynet(busy.origin, merchant.key).check(1)).toMatchObject({ status: 200, error: { code: -32603 } })
    await busy.close()
  })

  test('P23 the ledger is the sum of what is paid, and verifies', async () => {
    const [row] = await db.sql<{ ledger: string; paid: string }>(`select (select -sum(amount) from ledger_entries where account_id is not null and source_type = 'payment')::text as ledger,
      (select sum(amount) from payment_transactions where state = 'PAID')::text as paid`)
    expect(row?.ledger).toBe(row?.paid)
    expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
  })
})
