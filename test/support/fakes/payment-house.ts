import { pool } from '#server/infra/db.ts'
import { chargeUnit } from '#test/support/billing.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { makeInvoice, makeMerchant, type MerchantFacts, type TestMerchant } from '#test/support/fakes/payme.ts'

type Entry = { kind: string; fund: string; amount: string; ledger: string }
type PaymentHouse = {
  db: TestDatabase
  doors: Awaited<ReturnType<typeof openDoors>>
  /** The operator's, at the short address. */
  merchant: TestMerchant
  house: TestHouse
  /** A flat that no test has had yet. */
  unit: () => TestPremises
  /** One flat for all tests that ask nothing of its history. */
  common: () => TestPremises
  invoice: (of: TestPremises, sum: bigint) => ReturnType<typeof makeInvoice>
  /** An invoice for each flat, and every number by which the house is paid. */
  invoiceAll: (sum: number) => Promise<{ invoices: Map<string, number>; numbers: string[] }>
  charge: (of: TestPremises, amount: bigint, period?: string) => Promise<void>
  count: (rows: string, values?: unknown[]) => Promise<number | undefined>
  entries: (of: TestPremises) => Promise<Entry[]>
  balances: (of: TestPremises) => Promise<Record<string, number>>
  /** What a call that changes nothing leaves as it was. */
  rowCounts: () => Promise<unknown>
  /** What was paid, by the ledger and by the payments, and how many invoices say otherwise than their payments. */
  moneyPaid: () => Promise<{ ledger: string; transactions: string; live: number } | undefined>
  close: () => Promise<void>
}

/** A house of many flats whose money comes through one provider's doors, which are open on a port of their own. */
export async function openPaymentHouse(facts: MerchantFacts, flats = 40): Promise<PaymentHouse> {
  const db = await testDatabase()
  const country = facts.country ?? (facts.provider === 'kaspi' ? 'KZ' : 'UZ')
  const doors = await openDoors()
  const merchant = await makeMerchant(db, { short: true, ...facts })
  const house = await makeHouse(db, { country, flats })
  const units = house.premises.values()
  let kept: TestPremises | undefined
  const unit = () => {
    const next = units.next()
    if (next.done) throw new Error('the house has no more flats: open it with more')
    return next.value
  }
  const invoice: PaymentHouse['invoice'] = ({ premisesId, accountId }, sum) => makeInvoice(db, { buildingId: house.buildingId, premisesId, accountId, country }, sum)
  return {
    db, doors, merchant, house, unit, invoice,
    common: () => (kept ??= unit()),
    invoiceAll: async sum => {
      const invoices = new Map<string, number>()
      for (const of of house.premises) invoices.set((await invoice(of, BigInt(sum))).number, sum)
      return { invoices, numbers: [...house.premises.map(each => each.accountNumber), ...invoices.keys()] }
    },
    charge: (of, amount, period = '2026-10') => chargeUnit(house, of, { amount, period }),
    count: async (rows, values = []) => (await db.sql<{ n: number }>(`select count(*)::int as n from ${rows}`, values))[0]?.n,
    entries: of => db.sql<Entry>('select kind, fund, amount::text, ledger from ledger_entries where building_id = $1 and account_id = $2 order by seq, line', [house.buildingId, of.accountId]),
    balances: async of => (await db.sql<{ balances: Record<string, number> }>('select h.balances from account_heads h where account_id = $1', [of.accountId]))[0]?.balances ?? {},
    rowCounts: () => db.sql(`select (select count(*) from payment_transactions) t, (select count(*) from payment_dedupe) d, (select count(*) from ledger_entries) l,
      (select count(*) from event_queue) e, (select count(*) from audit_entries) a`),
    moneyPaid: async () => (await db.sql<{ ledger: string; transactions: string; live: number }>(`select
      (select -coalesce(sum(amount), 0) from ledger_entries where account_id is not null)::text as ledger,
      (select coalesce(sum(amount), 0) from payment_transactions where state = 'PAID')::text as transactions,
      (select count(*)::int from payment_invoices v where (v.state = 'PAID') <> exists (select from payment_transactions t where t.invoice_id = v.invoice_id and t.state = 'PAID')) as live`))[0],
    close: async () => {
      await doors.close()
      await pool().end()
    },
  }
}
