import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { LocalDate, Period } from '#server/kernel/period.ts'
import type { BillLine, PriceItem } from '#server/billing/schema.ts'
import type { HouseFacts } from '#server/billing/tariffs/rules.ts'
import { penaltyLine, penaltyOf, penaltyThrough, type FundEntry, type PayerKind, type PenaltyFacts, type PenaltyFund } from './rules.ts'

/** What one account owes for delay in a month: its lines, and what is written down for each overdue charge. */
export type Fine = {
  readonly account_id: string
  readonly amount: string
  readonly line: string
  readonly line_count: number
  readonly accruals: readonly { readonly fund: PenaltyFund; readonly charge_period: string; readonly amount: string }[]
}
type Wanted = { readonly buildingIds: readonly string[]; readonly period: Period; readonly today: LocalDate; readonly items: readonly PriceItem[]; readonly facts: Pick<HouseFacts, 'penalties' | 'indexes'> }

type Sum = { amount: string }
type Row = { accountId: string; payerKind: PayerKind; facts: {
  entries: (Omit<FundEntry, 'amount'> & Sum)[]; brought: Record<string, string>; flying: { amount: string; day: string }[]; posted: { fund: string; period: string; amount: string; through?: LocalDate }[] } }

/** Fines of houses with the same prices; where no rule is switched on nothing is asked. */
export async function finesOf(ctx: Pick<Context, 'db'>, wanted: Wanted): Promise<Fine[]> {
  const items = wanted.items.filter(each => each.of === 'PENALTY')
  if (items.length === 0) return []
  const funds = [...new Set(items.map(each => fundOf(each)))]
  const rows = await ctx.db.$queryRaw<Row[]>`select f.account_id::text as "accountId", f.payer_kind as "payerKind", f.facts
    from app.penalty_facts(${[...wanted.buildingIds]}::text[]::uuid[], ${wanted.period}, ${funds}::text[]) f`
  return rows.flatMap(row => fineOf(row, items, wanted))
}

function fineOf({ accountId, payerKind, facts }: Row, items: readonly PriceItem[], { period, today, facts: dated }: Wanted): Fine[] {
  const read = readFacts(facts)
  const made = items.filter(each => each.key.endsWith(`.${payerKind}`)).flatMap(item => {
    const fund = fundOf(item)
    const line = penaltyLine(read, { item, rules: dated.penalties, indexes: dated.indexes, fund, payerKind, through: penaltyThrough(period, today) })
    return line === null ? [] : [{ fund, item, line }]
  })
  if (made.length === 0) return []
  return [{
    account_id: accountId, line_count: made.length, line: made.map(each => JSON.stringify(each.line)).join(','),
    amount: String(made.reduce((sum, each) => sum + BigInt(each.line.net), 0n)), accruals: made.flatMap(accrualsOf),
  }]
}

function accrualsOf({ fund, item, line }: { fund: PenaltyFund; item: PriceItem; line: BillLine }): Fine['accruals'] {
  const { penalty } = item
  return penalty === undefined ? [] : (line.penalty ?? []).map(part => ({ fund, charge_period: part.period, amount: String(penaltyOf(penalty, [part])) }))
}

function fundOf(item: PriceItem): PenaltyFund {
  const fund = item.key.split('.')[1]
  if (fund !== 'UTILITIES' && fund !== 'CURRENT' && fund !== 'SAVINGS') throw new Error(`${item.key} names no fund`)
  return fund
}

function readFacts({ entries, brought, flying, posted }: Row['facts']): PenaltyFacts {
  const big = <Each extends Sum>(each: Each) => ({ ...each, amount: BigInt(each.amount) })
  return { entries: entries.map(big), brought: new Map(Object.entries(brought).map(([fund, amount]) => [fund, BigInt(amount)])), flying: flying.map(big), posted: posted.map(big) }
}
