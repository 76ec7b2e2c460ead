import { pool } from '#server/infra/db.ts'
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
  count: (rows: string, values?: unknown[]) => Promise<number | undefined>
  entries: (of: TestPremises) => Promise<Entry[]>
  balances: (of: TestPremises) => Promise<Record<string, number>>
  /** What a call that changes nothing leaves as it was. */
  rowCounts: () => Promise<unknown>
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
  return {
    db, doors, merchant, house, unit,
    common: () => (kept ??= unit()),
    invoice: ({ premisesId, accountId }, sum) => makeInvoice(db, { buildingId: house.buildingId, premisesId, accountId, country }, sum),
    count: async (rows, values = []) => (await db.sql<{ n: number }>(`select count(*)::int as n from ${rows}`, values))[0]?.n,
    entries: of => db.sql<Entry>('select kind, fund, amount::text, ledger from ledger_entries where building_id = $1 and account_id = $2 order by seq, line', [house.buildingId, of.accountId]),
    balances: async of => (await db.sql<{ balances: Record<string, number> }>('select balances from account_heads where account_id = $1', [of.accountId]))[0]?.balances ?? {},
    rowCounts: () => db.sql(`select (select count(*) from payment_transactions) t, (select count(*) from payment_dedupe) d, (select count(*) from ledger_entries) l,
      (select count(*) from event_queue) e, (select count(*) from audit_entries) a`),
    close: async () => {
      await doors.close()
      await pool().end()
    },
  }
}
