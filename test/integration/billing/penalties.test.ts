import { beforeAll, describe, expect, it } from 'vitest'
import { allExact } from '#server/billing/rules.ts'
import { orphanBills } from '#server/billing/runs/queries.ts'
import type { BillLine, PricePlan } from '#server/billing/schema.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { addDays, firstDay, nextPeriod, periodOf } from '#server/kernel/period.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { balancesOf, verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant, asOwner, asStranger } from '#test/support/actors.ts'
import { arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
})

/** Two flats of 100 m² at 80 a m²: 800,000 minor units a month, due on the 15th of the next. */
async function makeUzHouse(): Promise<TestHouse> {
  const house = await makeHouse(db, { country: 'UZ', flats: 2, areas: ['100.00'], territoryCode: '1726294' })
  await arrangeServices(db, house, [])
  return house
}

type Stored = { number: string; lines: BillLine[]; prices: PricePlan; total: string }
/** Billed on the first day of the next month, or on the day that is told. */
async function bill(house: TestHouse, period: string, on = firstDay(nextPeriod(period))): Promise<Map<string, Stored>> {
  await setNow(`${on}T05:00:00Z`)
  const { caller } = await asAccountant(db, house)
  const preview = await caller.billing.preview({ buildingId: house.buildingId, period })
  const done = await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false, expectedHash: preview.billsHash })
  expect(done.total).toBe(preview.total)
  const rows = await db.sql<Stored>(`select a.number, b.lines::json as lines, r.prices, b.total::text from bills b join accounts a using (building_id, account_id) join billing_runs r using (building_id, period)
    where b.building_id = $1 and b.period = $2`, [house.buildingId, period])
  for (const row of rows) {
    expect(allExact(row.lines, row.prices)).toBe(true)
    expect(row.lines.reduce((sum, line) => sum + BigInt(line.net) + BigInt(line.vat), 0n)).toBe(BigInt(row.total))
  }
  await serviceTransaction('billing', async ctx => {
    expect(await verifyLedger(ctx, house.buildingId)).toEqual([])
    expect(await orphanBills(ctx)).toBe(0)
  })
  return new Map(rows.map(row => [row.number, row]))
}
const fineOf = (bills: Map<string, Stored>, unit: TestPremises) => bills.get(unit.accountNumber)?.lines.find(line => line.key.startsWith('PENALTY'))
const penaltyBalance = (house: TestHouse, unit: TestPremises) => serviceTransaction('billing', async ctx =>
  (await balancesOf(ctx, { buildingId: house.buildingId, accountId: unit.accountId })).find(each => each.fund === 'PENALTY')?.amount ?? 0n)

type Payment = { amount: bigint; sentOn: string; arrivedOn: string }
/** A payment that a provider accepted on one day and settled on another. */
async function pay(house: TestHouse, unit: TestPremises, { amount, sentOn, arrivedOn }: Payment): Promise<void> {
  const paymentId = newId()
  await db.sql(`insert into payment_transactions (building_id, payment_id, provider, service, external_id, merchant_id, account_id, premises_id, number, amount, currency, state, provider_time, created_at, performed_at, value_date)
    values ($1, $2::uuid, 'payme', 'operator', $2::uuid::text, $2::uuid, $3, $4, $5, $6, 'UZS', 'PAID', $7::date + time '10:00', $7::date + time '10:00', $8::date + time '10:00', $8::date)`,
    [house.buildingId, paymentId, unit.accountId, unit.premisesId, unit.accountNumber, String(amount), sentOn, arrivedOn])
  await serviceTransaction('payments', ctx => postToAccount(ctx, { buildingId: house.buildingId, accountId: unit.accountId, premisesId: unit.premisesId, period: arrivedOn.slice(0, 7), transactionId: paymentId,
    kind: 'PAYMENT', valueDate: arrivedOn, sourceType: 'payment', sourceId: '1', lines: [{ fund: 'CURRENT', amount: -amount, contra: 'CLEARING:payme' }] }))
}

describe('a penalty of an Uzbek house', () => {
  it('is charged by the run for each day of delay, to the fund of penalties, and never on a penalty', async () => {
    const house = await makeUzHouse()
    const [late, good] = [house.premises[0]!, house.premises[1]!]
    expect(fineOf(await bill(house, '2026-08'), late)).toBeUndefined()
    await pay(house, good, { amount: 800_000n, sentOn: '2026-09-15', arrivedOn: '2026-09-15' })
    const september = await bill(house, '2026-09')
    // 800 a day from the 16th to the 30th.
    expect(fineOf(september, late)).toEqual({ key: 'PENALTY.CURRENT.NATURAL', quantity: '15', net: '12000', vat: '0',
      penalty: [{ period: '2026-08', dueOn: '2026-09-15', charge: '800000', before: '0', days: [['2026-09-16', 15, '800000', '0.001']] }] })
    expect(fineOf(september, good)).toBeUndefined()
    expect([await penaltyBalance(house, late), await penaltyBalance(house, good)]).toEqual([12_000n, 0n])
    await pay(house, good, { amount: 800_000n, sentOn: '2026-10-10', arrivedOn: '2026-10-10' })
    const october = await bill(house, '2026-10')
    // 31 days more of August, 16 of September; the 12,000 that stand as a penalty cost nothing.
    expect(fineOf(october, late)?.net).toBe(String(31 * 800 + 16 * 800))
    expect(fineOf(october, late)?.penalty?.map(part => [part.period, part.before])).toEqual([['2026-08', '12000'], ['2026-09', '0']])
    expect(await penaltyBalance(house, late)).toBe(12_000n + 47n * 800n)
    const entries = await db.sql<{ fund: string }>(`select distinct fund from ledger_entries where building_id = $1 and account_id = $2 and kind = 'CHARGE' order by 1`, [house.buildingId, late.accountId])
    expect(entries.map(each => each.fund)).toEqual(['CURRENT', 'PENALTY'])
  })

  it('a firm pays 0.4 % a day, at most half of the charge', async () => {
    const house = await makeUzHouse()
    const [firm] = house.premises
    await db.sql(`update accounts set payer_kind = 'LEGAL' where account_id = $1`, [firm!.accountId])
    await bill(house, '2026-06')
    expect(fineOf(await bill(house, '2026-10'), firm!)?.net).toBe(String(108 * 3200))
    expect(fineOf(await bill(house, '2026-11'), firm!)?.penalty?.find(part => part.period === '2026-06')?.before).toBe('345600')
    expect(await penaltyBalance(house, firm!)).toBe(400_000n + 15n * 3200n)
  })

  it('costs nothing for days before the bill was there', async () => {
    const house = await makeUzHouse()
    await bill(house, '2026-06', '2026-11-21')
    expect(fineOf(await bill(house, '2026-10', '2026-11-21'), house.premises[0]!)).toBeUndefined()
    expect(fineOf(await bill(house, '2026-11'), house.premises[0]!)?.penalty?.map(part => [part.period, part.days])).toEqual(['2026-06', '2026-10'].map(period => [period, [['2026-11-22', 9, '800000', '0.001']]]))
  })

  it('is not taken back by a month that is billed after a later one', async () => {
    const house = await makeUzHouse()
    await bill(house, '2026-08')
    expect(fineOf(await bill(house, '2026-10'), house.premises[0]!)?.net).toBe(String(46 * 800))
    expect(fineOf(await bill(house, '2026-09', '2026-11-02'), house.premises[0]!)).toBeUndefined()
    expect(await penaltyBalance(house, house.premises[0]!)).toBe(46n * 800n)
  })

  it('a payment in flight over the due day brings none; known only later, what was charged is taken back', async () => {
    const house = await makeUzHouse()
    const [first, second] = [house.premises[0]!, house.premises[1]!]
    await bill(house, '2026-08')
    await pay(house, first, { amount: 800_000n, sentOn: '2026-09-15', arrivedOn: '2026-09-18' })
    const september = await bill(house, '2026-09')
    expect([fineOf(september, first), fineOf(september, second)?.net]).toEqual([undefined, '12000'])
    await pay(house, second, { amount: 1_600_000n, sentOn: '2026-09-14', arrivedOn: '2026-10-02' })
    await pay(house, first, { amount: 800_000n, sentOn: '2026-10-15', arrivedOn: '2026-10-17' })
    const october = await bill(house, '2026-10')
    expect([fineOf(october, first), fineOf(october, second)?.net]).toEqual([undefined, '-12000'])
    expect(await penaltyBalance(house, second)).toBe(0n)
  })

  it('is taken back from who has paid ahead too, when a payment of an earlier day becomes known', async () => {
    const house = await makeUzHouse()
    const [unit] = house.premises
    await bill(house, '2026-08')
    expect(fineOf(await bill(house, '2026-09'), unit!)?.net).toBe('12000')
    // Known in October, of the 14th of September, and far more than the charge: the account stands below nothing.
    await setNow('2026-10-20T05:00:00Z')
    const paymentId = newId()
    await serviceTransaction('payments', ctx => postToAccount(ctx, { buildingId: house.buildingId, accountId: unit!.accountId, premisesId: unit!.premisesId, period: '2026-09', transactionId: paymentId,
      kind: 'PAYMENT', valueDate: '2026-09-14', sourceType: 'payment', sourceId: '1', lines: [{ fund: 'CURRENT', amount: -5_000_000n, contra: 'CLEARING:bank' }] }))
    expect(fineOf(await bill(house, '2026-10'), unit!)?.net).toBe('-12000')
    expect(await penaltyBalance(house, unit!)).toBe(0n)
    expect(fineOf(await bill(house, '2026-11'), unit!)).toBeUndefined()
  })

  it('is seen by its own people with the formula, and by nobody else', async () => {
    const house = await makeUzHouse()
    const [late, good] = [house.premises[0]!, house.premises[1]!]
    await bill(house, '2026-08')
    await bill(house, '2026-09')
    const own = await asOwner(db, house, late)
    const page = await own.caller.billing.line({ number: late.accountNumber, period: '2026-09' })
    expect(page.bill.lines.find(line => line.key.startsWith('PENALTY'))?.penalty?.[0]?.charge).toBe('800000')
    expect(page.acts.map(each => each.actId)).toContain('uz-penalty-2026')
    await expect((await asOwner(db, house, good)).caller.billing.line({ number: late.accountNumber, period: '2026-09' })).rejects.toThrow('billing.billNotFound')
    await expect(asStranger().caller.billing.line({ number: late.accountNumber, period: '2026-09' })).rejects.toThrow('common.signInNeeded')
  })
})

describe('a penalty of a Kazakh house', () => {
  it('is off by default; switched on, it follows the refinancing rate', async () => {
    const house = await makeHouse(db, { flats: 1 })
    await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }])
    const [late] = house.premises
    await bill(house, '2026-08')
    expect(fineOf(await bill(house, '2026-09'), late!)).toBeUndefined()
    await db.sql(`insert into index_values (country, code, valid_from, value, source, verified) values ('KZ', 'REFINANCING_RATE', '2026-01-01', 18, 'test', false)`)
    await db.sql(`update penalty_rules set enabled = true where rule_id = 'KZ-UTILITIES-NATURAL'`)
    await seedMoneyReference()
    const fine = fineOf(await bill(house, '2026-10'), late!)
    await db.sql(`update penalty_rules set enabled = false where country = 'KZ'`)
    // Waste of August with VAT: 143,756; due on the 25th of September, 36 days; that of September, due on the 25th of October, 6 days.
    expect(fine?.penalty?.map(part => [part.charge, part.days[0]?.[1]])).toEqual([['143756', 36], ['143756', 6]])
    expect(fine?.net).toBe(String(Math.round(143_756 * 0.18 * 1.5 * 36 / 365) + Math.round(143_756 * 0.18 * 1.5 * 6 / 365)))
  })
})

describe('the database', () => {
  it('refuses a rule for days that bills have counted by another, and lets one end or begin after them', async () => {
    const house = await makeUzHouse()
    const [unit] = house.premises
    await bill(house, '2026-08')
    await bill(house, '2026-09')
    const rules = `where country = 'UZ' and fund = 'CURRENT' and payer_kind = 'NATURAL'`
    const [{ counted } = { counted: '' }] = await db.sql<{ counted: string }>(`select max(counted_to)::text as counted from penalty_rules ${rules}`)
    expect(counted >= '2026-09-30').toBe(true)
    const insert = (from: string) => db.sql(`insert into penalty_rules (rule_id, country, fund, payer_kind, formula, daily_rate, cap, enabled, source, valid_from) values ('later', 'UZ', 'CURRENT', 'NATURAL', 'DAILY', 0.0005, 0.5, true, 'test', $1)`, [from])
    for (const change of [`daily_rate = 0.002`, `cap = 1`, `valid_from = '2026-08-01'`, `valid_to = ('${counted}'::date - 1)`]) await expect(db.sql(`update penalty_rules set ${change} ${rules}`)).rejects.toMatchObject({ code: 'UY013' })
    await db.sql(`update penalty_rules set valid_to = $1 ${rules}`, [counted])
    // No gap is left for one that begins before: days counted by a rule that ended are counted.
    await db.sql(`update penalty_rules set source = 'read again' ${rules}`)
    await expect(insert(counted)).rejects.toThrow()
    await insert(addDays(counted, 1))
    const fine = fineOf(await bill(house, nextPeriod(periodOf(counted))), unit!)
    expect(fine?.penalty?.[0]?.days.map(day => day[3])).toEqual(['0.001', '0.0005'])
    await db.sql(`delete from penalty_rules where rule_id = 'later'`)
    await db.sql(`update penalty_rules set valid_to = null ${rules}`)
  })

  it('lets no application write what was posted, change it, or set a penalty on penalties', async () => {
    await expect(serviceTransaction('billing', ctx => ctx.db.$executeRaw`insert into penalty_accruals (building_id, account_id, fund, charge_period, run_period, premises_id, amount)
      values (${newId()}::uuid, ${newId()}::uuid, 'CURRENT', '2026-08', '2026-09', ${newId()}::uuid, 1)`)).rejects.toThrow(/permission denied/)
    await expect(db.sql('update penalty_accruals set amount = 1')).rejects.toThrow()
    await expect(db.sql(`update penalty_rules set fund = 'PENALTY'`)).rejects.toThrow(/penalty_rules_fund_check/)
  })
})
