import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import type { Currency } from '#server/kernel/money.ts'
import { assertMaySeeFunds, assertMaySeeHouseMoney, type HouseMoneyReach } from '#server/ledger/policy.ts'

/** One fund of the house since its books were opened; amounts in minor units. */
export type FundMoney = {
  fund: string
  /** Charged to the accounts. */
  charged: bigint
  /** Paid by the accounts: what came to the providers and the bank. */
  gathered: bigint
  spent: bigint
  /** Gathered and not spent. */
  held: bigint
  /** Of what is held, and never more: with the providers, not in the bank yet. What is spent meanwhile is spent of it. */
  underWay: bigint
}
export type MonthMoney = { period: string; charged: bigint; gathered: bigint; spent: bigint }
export type Owed = { fund: string; owed: bigint; overpaid: bigint }
export type HouseFunds = { buildingId: string; house: string; currency: Currency; funds: FundMoney[]; months: MonthMoney[] }
/** `disputed`: of what is owed, said to be wrong while nobody has answered. */
export type HouseMoney = HouseFunds & { owed: Owed[]; disputed: bigint }

type House = HouseMoneyReach & { name: string; currency: Currency }
type Row = { fund: string; period: string; charged: bigint; moved: bigint; opened: bigint; spent: bigint; underWay: bigint }

export async function houseOf(ctx: Context, buildingId: string): Promise<House | null> {
  const rows = await ctx.db.$queryRaw<House[]>`
    select name, case country when 'UZ' then 'UZS' else 'KZT' end as currency, auth.reaches('{house.money}', building_id) as "seesMoney",
      auth.reaches('{house.read,house.money}', building_id) as "seesHouse" from buildings where building_id = ${buildingId}::uuid`
  return rows[0] ?? null
}

/** Every fund and month of a house in one statement over its entries. */
async function sumsOf(ctx: Context, buildingId: string): Promise<Row[]> {
  return ctx.db.$queryRaw<Row[]>`
    select e.fund, e.period::text as period,
      coalesce(-sum(e.amount) filter (where e.ledger = 'INCOME'), 0)::bigint as charged,
      coalesce(sum(e.amount) filter (where (e.ledger = 'BANK' or e.ledger like 'CLEARING:%') and e.kind <> 'OPENING'), 0)::bigint as moved,
      coalesce(sum(e.amount) filter (where (e.ledger = 'BANK' or e.ledger like 'CLEARING:%') and e.kind = 'OPENING'), 0)::bigint as opened,
      coalesce(sum(e.amount) filter (where e.ledger = 'EXPENSE' or e.ledger like 'EXPENSE:%'), 0)::bigint as spent,
      coalesce(sum(e.amount) filter (where e.ledger like 'CLEARING:%'), 0)::bigint as "underWay"
    from ledger_entries e where e.building_id = ${buildingId}::uuid and e.account_id is null group by e.fund, e.period`
}

const order = ['UTILITIES', 'CURRENT', 'SAVINGS', 'TARGETED', 'PENALTY']
const place = (fund: string) => (order.indexOf(fund) + 1 || order.length + 1)

function foldFunds(rows: readonly Row[]): FundMoney[] {
  const funds = [...new Set(rows.map(row => row.fund))].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
  return funds.map(fund => {
    const own = rows.filter(row => row.fund === fund)
    const sum = (of: (row: Row) => bigint) => own.reduce((all, row) => all + of(row), 0n)
    const spent = sum(row => row.spent)
    const held = sum(row => row.moved + row.opened)
    const coming = sum(row => row.underWay)
    // Money leaves the bank only as spending: what moved and what was spent together is what came in.
    return { fund, charged: sum(row => row.charged), gathered: sum(row => row.moved) + spent, spent, held, underWay: held <= 0n ? 0n : coming > held ? held : coming }
  })
}

function foldMonths(rows: readonly Row[]): MonthMoney[] {
  return [...new Set(rows.map(row => row.period))].sort().slice(-12).map(period => {
    const own = rows.filter(row => row.period === period)
    const sum = (of: (row: Row) => bigint) => own.reduce((all, row) => all + of(row), 0n)
    return { period, charged: sum(row => row.charged), gathered: sum(row => row.moved + row.spent), spent: sum(row => row.spent) }
  })
}

/** The house's money for its council: totals per fund and month, and what all accounts owe together; no account is named. */
export async function houseMoney(ctx: Context, { buildingId }: { buildingId: string }): Promise<HouseMoney> {
  const house = assertMaySeeHouseMoney(await houseOf(ctx, buildingId))
  const rows = await sumsOf(ctx, buildingId)
  const owed = await ctx.db.$queryRaw<Owed[]>`
    select b.key as fund, coalesce(sum(b.value::bigint) filter (where b.value::bigint > 0), 0)::bigint as owed,
      coalesce(-sum(b.value::bigint) filter (where b.value::bigint < 0), 0)::bigint as overpaid
    from account_heads h, jsonb_each_text(h.balances) b where h.building_id = ${buildingId}::uuid group by b.key`
  const disputed = await asService(ctx, 'billing', inner => disputedOf(inner, buildingId))
  return { buildingId, house: house.name, currency: house.currency, funds: foldFunds(rows), months: foldMonths(rows), owed: owed.sort((a, b) => place(a.fund) - place(b.fund)), disputed }
}

/** Of each account never more than it owes. */
async function disputedOf(ctx: Pick<Context, 'db'>, buildingId: string): Promise<bigint> {
  const rows = await ctx.db.$queryRaw<{ disputed: bigint }[]>`
    select coalesce(sum(least(app.disputed_sum(h.building_id, h.account_id), (select coalesce(sum(b.value::bigint) filter (where b.value::bigint > 0), 0) from jsonb_each_text(h.balances) b))), 0)::bigint as disputed
      from account_heads h where h.building_id = ${buildingId}::uuid and exists (select 1 from bill_disputes d where d.building_id = h.building_id and d.account_id = h.account_id)`
  return rows[0]?.disputed ?? 0n
}

/** Totals of the funds for everybody linked to the house; summed by a machine actor, because neighbours do not see each other's entries. */
export async function houseFunds(ctx: Context, { buildingId }: { buildingId: string }): Promise<HouseFunds> {
  const house = assertMaySeeFunds(await houseOf(ctx, buildingId))
  const rows = await asService(ctx, 'billing', inner => sumsOf(inner, buildingId))
  return { buildingId, house: house.name, currency: house.currency, funds: foldFunds(rows), months: foldMonths(rows) }
}

export type SealedDay = { day: string; accounts: bigint; links: bigint; total: bigint; hash: string }

/** Every sealed day of the house, newest first. */
export async function sealsOfHouse(ctx: Context, { buildingId }: { buildingId: string }): Promise<SealedDay[]> {
  assertMaySeeFunds(await houseOf(ctx, buildingId))
  return ctx.db.$queryRaw<SealedDay[]>`select to_char(h.day, 'YYYY-MM-DD') as day, h.accounts, h.links, h.total, encode(h.hash, 'hex') as hash
    from ledger_heads h where h.building_id = ${buildingId}::uuid order by h.day desc`
}
