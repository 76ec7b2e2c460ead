import fc from 'fast-check'
import { Client } from 'pg'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { log } from '#server/infra/log.ts'
import { newId } from '#server/kernel/ids.ts'
import { sealDay } from '#server/ledger/jobs.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { balancesOf, balancesOn, sealOf, statementOf, verifyLedger } from '#server/ledger/queries.ts'
import { reverseTransaction } from '#server/ledger/reverse-transaction.ts'
import { totalOf } from '#server/ledger/rules.ts'
import type { Fund } from '#server/ledger/schema.ts'
import { asOwner } from '#test/support/actors.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

// Ten thousand of them: UYIM_MODEL_STEPS=10000.
const histories = Number(process.env['UYIM_MODEL_STEPS'] ?? 96)

let db: TestDatabase
beforeAll(async () => { db = await testDatabase() })

type Account = { buildingId: string; accountId: string; premisesId: string }
const account = (): Account => ({ buildingId: newId(), accountId: newId(), premisesId: newId() })
const fund = fc.constantFrom<Fund>('UTILITIES', 'CURRENT', 'SAVINGS', 'PENALTY')
const amount = fc.bigInt(1n, 10n ** 12n)
const step = fc.oneof(
  fc.record({ kind: fc.constant('CHARGE' as const), fund, amount, day: fc.integer({ min: 1, max: 28 }) }),
  fc.record({ kind: fc.constant('PAYMENT' as const), fund, amount, day: fc.integer({ min: 1, max: 28 }) }),
  fc.record({ kind: fc.constant('REVERSAL' as const), back: fc.nat(20), day: fc.integer({ min: 1, max: 28 }) }))
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** Posts a random history and tells what it must add up to, by fund and by day. */
async function live(ctx: Context, place: Account, steps: readonly Step[]): Promise<{ fund: string; amount: bigint; day: string }[]> {
  const posted: { transactionId: string; fund: string; amount: bigint; reversed: boolean }[] = []
  const expected: { fund: string; amount: bigint; day: string }[] = []
  const common = { ...place, period: '2026-10', sourceType: 'test', sourceId: '1' }
  for (const each of steps) {
    const valueDate = `2026-10-${String(each.day).padStart(2, '0')}`
    if (each.kind === 'REVERSAL') {
      const open = posted.filter(one => !one.reversed)
      const target = open[each.back % Math.max(1, open.length)]
      if (!target) continue
      target.reversed = true
      await reverseTransaction(ctx, { ...common, valueDate, transactionId: newId(), reversedTransactionId: target.transactionId })
      expected.push({ fund: target.fund, amount: -target.amount, day: valueDate })
      continue
    }
    const signed = each.kind === 'CHARGE' ? each.amount : -each.amount
    const transactionId = newId()
    await postToAccount(ctx, { ...common, valueDate, transactionId, kind: each.kind, lines: [{ fund: each.fund, amount: signed, contra: 'INCOME' }] })
    posted.push({ transactionId, fund: each.fund, amount: signed, reversed: false })
    expected.push({ fund: each.fund, amount: signed, day: valueDate })
  }
  return expected
}

describe('any history (uzbekistan.md 2.8, AT-UZ-24)', () => {
  it('the balance is the sum of the entries, on any day', async () => {
    const places: string[] = []
    await fc.assert(fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 8, maxLength: 8 }), fc.integer({ min: 1, max: 28 }), async (batch, until) => {
      const day = `2026-10-${String(until).padStart(2, '0')}`
      await serviceTransaction('billing', async ctx => {
        for (const steps of batch) {
          const place = account()
          places.push(place.buildingId)
          const expected = await live(ctx, place, steps)
          const sum = (until: string) => expected.filter(each => each.day <= until).reduce((all, each) => all + each.amount, 0n)
          expect(totalOf(await balancesOf(ctx, place))).toBe(sum('2026-10-31'))
          expect(totalOf(await balancesOn(ctx, place, day))).toBe(sum(day))
          expect((await statementOf(ctx, place)).reduce((all, row) => all + row.amount, 0n)).toBe(sum('2026-10-31'))
        }
      })
    }), { numRuns: Math.ceil(histories / 8) })
    expect(await serviceTransaction('billing', ctx => verifyLedger(ctx))).toEqual([])
    const [{ broken } = { broken: -1 }] = await db.sql<{ broken: number }>(`select count(*)::int as broken from (
      select 1 from ledger_entries group by building_id, period, transaction_id having sum(amount) <> 0) x`)
    expect(broken).toBe(0)
    expect(new Set(places).size).toBe(places.length)
  }, 120_000 + histories * 200)

  it('the balance on the phone is that sum', async () => {
    const house = await makeHouse(db, { flats: 3 })
    for (const [seed, unit] of house.premises.entries()) {
      const { accountId, premisesId } = unit
      const [steps = []] = fc.sample(fc.array(step, { minLength: 12, maxLength: 20 }), { numRuns: 1, seed })
      const expected = await serviceTransaction('billing', ctx => live(ctx, { buildingId: house.buildingId, accountId, premisesId }, steps))
      expect(expected.length).toBeGreaterThan(2)
      expect(await (await asOwner(db, house, unit)).caller.billing.mine()).toMatchObject([{ accountId, balance: expected.reduce((all, each) => all + each.amount, 0n) }])
    }
  })

  it('parallel postings to one account leave no gap', async () => {
    const place = account()
    const common = { ...place, period: '2026-10', valueDate: '2026-10-05', sourceType: 'test', sourceId: '1', kind: 'PAYMENT' as const }
    await Promise.all(Array.from({ length: 20 }, () => serviceTransaction('payments', ctx =>
      postToAccount(ctx, { ...common, transactionId: newId(), lines: [{ fund: 'UTILITIES', amount: -5n, contra: 'INCOME' }] }))))
    await serviceTransaction('payments', async ctx => {
      expect(await balancesOf(ctx, place)).toEqual([{ fund: 'UTILITIES', amount: -100n }])
      expect(await verifyLedger(ctx, place.buildingId)).toEqual([])
    })
  })
})

async function houseWithHistory(): Promise<Account> {
  const place = account()
  await serviceTransaction('billing', async ctx => {
    for (const [index, value] of [100n, 250n, -90n, 40n].entries()) {
      await postToAccount(ctx, { ...place, period: index < 2 ? '2026-09' : '2026-10', valueDate: '2026-10-05', sourceType: 'test', sourceId: String(index), transactionId: newId(),
        kind: value < 0n ? 'PAYMENT' : 'CHARGE', lines: [{ fund: 'UTILITIES', amount: value, contra: 'INCOME' }, { fund: 'CURRENT', amount: value, contra: 'INCOME' }] })
    }
  })
  return place
}

/** A forger with the superuser's rights and the triggers switched off: a copy of the back-up edited by hand. */
async function tamper(text: string, values: unknown[]): Promise<void> {
  const client = new Client({ connectionString: db.superUrl })
  await client.connect()
  try {
    await client.query('set session_replication_role = replica')
    await client.query(text, values)
  } finally {
    await client.end()
  }
}
const faultsOf = (place: Account) => serviceTransaction('worker', ctx => verifyLedger(ctx, place.buildingId))

describe('the verifier names the first bad entry (AT-UZ-23)', () => {
  it('an edited amount', async () => {
    const place = await houseWithHistory()
    await tamper(`update ledger_entries set amount = amount + 1 where account_id = $1 and seq = 2 and fund = 'CURRENT'`, [place.accountId])
    const [first] = await faultsOf(place)
    expect(first).toMatchObject({ problem: 'HASH', accountId: place.accountId, seq: 2n, period: '2026-09' })
    const [row] = await db.sql<{ id: string }>('select distinct transaction_id::text as id from ledger_entries where account_id = $1 and seq = 2', [place.accountId])
    expect(first?.transactionId).toBe(row?.id)
    expect((await faultsOf(place)).map(each => each.problem)).toEqual(expect.arrayContaining(['UNBALANCED', 'BALANCE']))
  })
  it('a removed transaction, even with its contra', async () => {
    const place = await houseWithHistory()
    await tamper('delete from ledger_entries where building_id = $1 and transaction_id = (select transaction_id from ledger_entries where building_id = $1 and seq = 3 limit 1)', [place.buildingId])
    expect((await faultsOf(place))[0]).toMatchObject({ problem: 'GAP', seq: 4n, period: '2026-10' })
  })
  it('a recomputed hash of one link, and a changed head', async () => {
    const place = await houseWithHistory()
    await tamper(`update ledger_entries set hash = sha256('forged') where account_id = $1 and seq = 2`, [place.accountId])
    expect((await faultsOf(place))[0]).toMatchObject({ problem: 'HASH', seq: 2n })
    const other = await houseWithHistory()
    await tamper(`update account_heads set utilities = 0, current_fund = 0, total = 0 where account_id = $1`, [other.accountId])
    expect((await faultsOf(other)).map(each => each.problem)).toEqual(['BALANCE'])
  })
  it('a whole chain written anew is caught by the sealed day', async () => {
    await setNow('2026-11-20T05:00:00Z')
    const place = await houseWithHistory()
    await setNow('2026-11-21T05:00:00Z')
    await sealDay()
    const seal = await serviceTransaction('worker', ctx => sealOf(ctx, place.buildingId))
    expect(seal).toMatchObject({ day: '2026-11-20', links: 4n })
    expect(await faultsOf(place)).toEqual([])
    await tamper(`update ledger_entries set posted_at = posted_at + interval '2 days' where account_id = $1 and seq = 4`, [place.accountId])
    expect(await faultsOf(place)).toMatchObject([{ problem: 'DAY', period: '2026-11-20' }])
    // The nightly work itself names it.
    const told = vi.spyOn(log, 'error').mockImplementation(() => undefined)
    await sealDay()
    expect(told.mock.calls).toMatchObject([[{ faults: expect.arrayContaining([expect.objectContaining({ buildingId: place.buildingId, problem: 'DAY' })]) }, 'the ledger does not verify']])
    told.mockRestore()
    await resetClock()
  })
})

describe('append-only (seed 000, point 8; AT-UZ-21)', () => {
  it.each(['update ledger_entries set amount = 1', 'delete from ledger_entries', 'truncate ledger_entries', 'insert into ledger_heads select * from ledger_heads'])('the application role may not: %s', async text => {
    const client = new Client({ connectionString: db.url })
    await client.connect()
    await expect(client.query(text)).rejects.toMatchObject({ code: '42501' })
    await client.end()
  })
  it.each(['update ledger_entries set amount = amount + 1', 'delete from ledger_entries', 'truncate ledger_entries'])('even a superuser meets the trigger: %s', async text => {
    await houseWithHistory()
    await expect(db.sql(text)).rejects.toMatchObject({ code: 'UY001' })
  })
})
