import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { owedOf } from '#server/ledger/rules.ts'
import { splitPayment, type AllocationRule } from '#server/payments/split/rules.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

const rule: AllocationRule = { ruleId: 'T', fundOrder: ['UTILITIES', 'CURRENT', 'SAVINGS', 'TARGETED', 'PROGRAMME', 'PENALTY'], advanceFund: 'CURRENT' }
const fund = fc.oneof(fc.constantFrom('UTILITIES', 'CURRENT', 'SAVINGS', 'TARGETED', 'PENALTY'), fc.uuid().map(id => `PROGRAMME:${id}`))
const owed = fc.uniqueArray(fc.record({ fund, amount: fc.bigInt({ min: -1000n, max: 1000n }) }), { selector: each => each.fund, maxLength: 8 })
let db: TestDatabase
beforeAll(async () => { db = await testDatabase() })

test('app.split_payment and splitPayment are one rule in two languages', async () => {
  const cases = fc.sample(fc.record({ owed, amount: fc.bigInt({ min: 1n, max: 4000n }) }), 400)
  const given = JSON.stringify(cases.map((each, n) => ({ n, amount: Number(each.amount), owed: Object.fromEntries(each.owed.map(one => [one.fund, Number(one.amount)])) })))
  const rows = await db.sql<{ n: number; funds: string[]; amounts: string[] }>(`select c.n, s.funds, s.amounts::text[] as amounts
    from jsonb_to_recordset($1::jsonb) as c(n integer, amount bigint, owed jsonb), lateral app.split_payment(c.owed, c.amount, $2::text[], $3) s order by c.n`, [given, rule.fundOrder, rule.advanceFund])
  expect(rows.map(row => row.funds.map((name, place) => ({ fund: name, amount: BigInt(row.amounts[place] ?? 0) })))).toEqual(cases.map(each => splitPayment(each.owed, each.amount, rule)))
})

test('a head keeps its funds in columns and tells them as they came, and app.owed and owedOf are one rule in two languages', async () => {
  const cases = fc.sample(owed, 200)
  const given = JSON.stringify(cases.map((each, n) => ({ n, owed: Object.fromEntries(each.map(one => [one.fund, Number(one.amount)])) })))
  const rows = await db.sql<{ balance: string; programmes: string; same: boolean }>(`select o.balance::text, o.programmes::text, balances(h) = c.owed as same
    from jsonb_to_recordset($1::jsonb) as c(n integer, owed jsonb), app.fund_columns(c.owed) f, jsonb_populate_record(null::account_heads, to_jsonb(f)) h, app.owed(h) o order by c.n`, [given])
  expect(rows.filter(row => !row.same)).toEqual([])
  expect(rows.map(row => ({ balance: BigInt(row.balance), programmes: BigInt(row.programmes) }))).toEqual(cases.map(each => owedOf(each)))
})

test('a column of states that the life does not know is refused by the database', async () => {
  await expect(db.sql(`insert into payment_transactions (building_id, payment_id, provider, service, external_id, merchant_id, account_id, premises_id, number, amount, currency, state, provider_time, created_at)
    values (gen_random_uuid(), gen_random_uuid(), 'payme', 'x', 'x', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '0000000000', 1, 'UZS', 'LOST', now(), now())`)).rejects.toThrow(/check/)
})
