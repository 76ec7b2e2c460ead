import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { env } from '#server/infra/env.ts'
import { serviceSecret } from '#server/infra/services.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { Currency } from '#server/kernel/money.ts'
import { consumptionOf, type Consumption } from '#server/meters/consumption/queries.ts'
import { assertMayRead } from './policy.ts'
import type { BillKey, BillLine, Charge, Finding, PricePlan } from './schema.ts'

export type HouseLabel = {
  buildingId: string; country: Country; name: string; addressUz: string; addressKk: string; addressRu: string
  organisation: string; unitKind: string; unitNumber: string; areaM2: string
}
export type MonthTotal = { period: string; total: bigint; dueOn: string }
export type ActWords = { actId: string; number: string; issuedOn: string | null; titleUz: string; titleKk: string; titleRu: string; url: string; verified: boolean }
export type StoredBill = {
  buildingId: string; accountId: string; premisesId: string; number: string; period: string; dueOn: string; currency: Currency
  total: bigint; vat: bigint; openingBalance: bigint; hash: string; issuedAt: string
  lines: BillLine[]; prices: PricePlan; findings: Finding[]
  /** 1: as the run made it; more: it took the place of those in `replaced`. */
  version: number
}
/** A bill that was taken back whole, with why; the new one stands beside it. */
export type ReplacedBill = { number: string; total: bigint; issuedAt: string; takenBackAt: string; ground: string; lines: BillLine[]; prices: PricePlan }
export type Dispute = { requestId: string; number: number; period: string; kind: 'LINE' | 'INPUT'; subject: string; amount: bigint }
/** The middle of `others` flats, five at least, rounded; penalties left out. */
export type Similar = { others: number; total: bigint; services: { service: Charge; others: number; amount: bigint }[] }
export type BillPage = {
  bill: StoredBill
  previous: { period: string; total: bigint; lines: BillLine[]; prices: PricePlan } | null
  /** From eleven months before it to the last one there is. */
  months: MonthTotal[]
  /** Oldest first; hardly any bill has one. */
  replaced: ReplacedBill[]
  /** To be paid by the ledger, all funds (app.owed). */
  balance: bigint
  /** Of it: what is owed in the funds of repair programmes, which have invoices of their own. */
  programmes: bigint
  house: HouseLabel
  accountNumber: string
  acts: ActWords[]
  /** What the people of the flat say is wrong, of any month, while its request is open. */
  disputes: Dispute[]
  /** What similar flats of the house are usually charged; null where there are too few of them, or nobody asked. */
  similar: Similar | null
  /** Latest sealed day of the house: whoever keeps it can show any later change. */
  seal: { day: string; links: bigint; hash: string } | null
}

type Raw = {
  bill: Omit<StoredBill, 'total' | 'vat' | 'openingBalance'> & { total: string; vat: string; openingBalance: string }
  previous: { period: string; total: string; lines: BillLine[]; prices: PricePlan } | null
  months: (Omit<MonthTotal, 'total'> & { total: string })[]; replaced: (Omit<ReplacedBill, 'total'> & { total: string })[]; balance: string; programmes: string; house: HouseLabel; accountNumber: string; acts: ActWords[]; disputes: (Omit<Dispute, 'amount'> & { amount: string })[]
}

type RawSimilar = { others: number; total: string; services: { service: Charge; others: number; amount: string }[] }
type Answer = { page: Raw | null; seal: { day: string; links: string; hash: string } | null; similar: RawSimilar | null }

/** A bill with all that explains it, in one round trip. Not one's own: not found. `withSimilar`: compared with similar flats, of which nothing but the middle is told. */
export async function billPage(ctx: Pick<Context, 'db' | 'actor'>, key: BillKey, withSimilar = false): Promise<BillPage> {
  const rows = withSimilar
    ? await ctx.db.$queryRaw<Answer[]>`select x.page, app.seal_of_account(${key.number}) as seal, case when x.page is not null then app.similar_flats((x.page #>> '{bill,buildingId}')::uuid,
        (x.page #>> '{bill,premisesId}')::uuid, ${key.period}, ${serviceSecret(env.AUTH_SECRET, 'billing')}) end as similar from (select app.bill_page(${key.number}, ${key.period}) as page offset 0) x`
    : await ctx.db.$queryRaw<Answer[]>`select app.bill_page(${key.number}, ${key.period}) as page, app.seal_of_account(${key.number}) as seal, null::jsonb as similar`
  const [{ page, seal, similar } = { page: null, seal: null, similar: null }] = rows
  assertMayRead(ctx.actor, page ? { buildingId: page.bill.buildingId, premisesId: page.bill.premisesId } : null)
  if (!page) throw new Error('unreachable')
  return {
    ...page,
    bill: { ...page.bill, total: BigInt(page.bill.total), vat: BigInt(page.bill.vat), openingBalance: BigInt(page.bill.openingBalance), findings: stillLacking(page.bill) },
    previous: page.previous && { ...page.previous, total: BigInt(page.previous.total) },
    months: page.months.map(each => ({ ...each, total: BigInt(each.total) })),
    replaced: page.replaced.map(each => ({ ...each, total: BigInt(each.total) })),
    disputes: page.disputes.map(each => ({ ...each, amount: BigInt(each.amount) })),
    similar: similar && { ...similar, total: BigInt(similar.total), services: similar.services.map(each => ({ ...each, amount: BigInt(each.amount) })) },
    balance: BigInt(page.balance), programmes: BigInt(page.programmes), seal: seal && { ...seal, links: BigInt(seal.links) },
  }
}

/** What the run found of the flat, less what the bill that took its place charges; what is lacking of an earlier month it does not charge. */
function stillLacking({ findings, lines, prices, version, period }: Pick<StoredBill, 'findings' | 'lines' | 'prices' | 'version' | 'period'>): Finding[] {
  const charged = (finding: Finding) => prices.items.some(item => item.service === finding.service && item.of === 'VOLUME' && lines.some(line => line.key === item.key))
  return version === 1 ? findings : findings.filter(each => each.code !== 'aboveTiers' || !each.day.startsWith(period) || !charged(each))
}

export type MyAccount = {
  accountNumber: string; accountId: string; house: HouseLabel; currency: Currency
  balance: bigint
  /** Of the balance: what is owed in the funds of repair programmes, which have invoices of their own. */
  programmes: bigint
  lastBill: { period: string; dueOn: string; total: bigint; openingBalance: bigint } | null; months: MonthTotal[]
}
type RawAccount = Omit<MyAccount, 'balance' | 'programmes' | 'lastBill' | 'months'> & {
  balance: string; programmes: string; lastBill: { period: string; dueOn: string; total: string; openingBalance: string } | null; months: (Omit<MonthTotal, 'total'> & { total: string })[]
}

/** The accounts of the person's own flats with their last twelve bills; one round trip. */
export async function myAccounts(ctx: Pick<Context, 'db'>): Promise<MyAccount[]> {
  const rows = await ctx.db.$queryRaw<{ account: RawAccount }[]>`select m as account from app.my_bills() m`
  return rows.map(({ account }) => ({
    ...account,
    balance: BigInt(account.balance),
    programmes: BigInt(account.programmes),
    lastBill: account.lastBill && { ...account.lastBill, total: BigInt(account.lastBill.total), openingBalance: BigInt(account.lastBill.openingBalance) },
    months: account.months.map(each => ({ ...each, total: BigInt(each.total) })),
  }))
}

/** Readings behind the volumes of a bill: registers before and after, the day, the photo's place. */
export async function readingsOfBill(ctx: Pick<Context, 'db'>, bill: { buildingId: string; premisesId: string; period: string }): Promise<Consumption[]> {
  const all = await consumptionOf(ctx.db, bill.buildingId, bill.period)
  return all.filter(each => each.premisesId === bill.premisesId)
}
