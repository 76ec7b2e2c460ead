// An act that came after its month was billed: what the month would have been with all acts known now, less what was
// charged for it so far, on the next bill. Bills that were made stay as they are.
import 'server-only'
import type { BillLine, HeatMonth, HeatOff, HeatSpan, PriceItem } from '#server/billing/schema.ts'
import type { HeatFacts } from './facts.ts'
import { monthDifference, offIn, recalculatedSum } from './rules.ts'

export type Late = {
  readonly items: readonly PriceItem[]
  readonly lines: readonly { readonly accountId: string; readonly line: BillLine }[]
  readonly months: ReadonlyMap<string, readonly HeatMonth[]>
  /** Of accounts that are closed: they have no line, and their months are posted apart. */
  readonly left: ReadonlyMap<string, readonly HeatMonth[]>
}
type Found = { readonly accountId: string; readonly item: PriceItem; readonly month: HeatMonth }

export function recalculate(heat: HeatFacts, off: Readonly<Record<'HEAT' | 'HOT_WATER', readonly HeatOff[]>>): Late {
  const open = new Set(heat.units.map(each => each.accountId))
  const given = new Map(heat.recalculated.map(each => [`${each.accountId}|${each.period}|${each.key}`, each]))
  const all = heat.charged.flatMap(({ accountId, period, lines }) => lines.flatMap<Found>(line => {
    const item = heat.prices[period]?.find(each => each.key === line.key)
    const acts = item?.service === 'HOT_WATER' ? off.HOT_WATER : off.HEAT
    if (!item || !line.heat?.spans) return []
    const month = monthOf(item, line, { period, off: acts, undone: (heat.undone ?? []).filter(each => each.service === (item?.service === 'HOT_WATER' ? 'HOT_WATER' : 'HEAT')), given: given.get(`${accountId}|${period}|${line.key}`) })
    const { net, vat } = monthDifference(month)
    return net === 0n && vat === 0n ? [] : [{ accountId, item, month }]
  }))
  const found = all.filter(each => open.has(each.accountId))
  return { items: itemsOf(found), lines: linesOf(found), months: monthsOf(found), left: monthsOf(all.filter(each => !open.has(each.accountId))) }
}

function monthsOf(found: readonly Found[]): ReadonlyMap<string, readonly HeatMonth[]> {
  return new Map([...Map.groupBy(found, each => each.accountId)].map(([account, all]) => [account, all.map(each => each.month)]))
}

type Past = { readonly period: string; readonly off: readonly HeatOff[]; readonly undone: NonNullable<HeatFacts['undone']>; readonly given: { readonly net: string; readonly vat: string } | undefined }

function monthOf(item: PriceItem, line: BillLine, { period, off, undone, given }: Past): HeatMonth {
  const spans = line.heat?.spans ?? []
  return {
    period, key: line.key, price: item.prices[0] ?? '0', days: item.days, monthDays: item.monthDays, vatBp: item.vatBp, ...(item.heat?.spread ? { spread: true as const } : {}),
    spans, off: spans.flatMap(([, from, to]) => offIn({ from, to }, off)), ...undoneIn(spans, undone), was: [String(BigInt(line.net) + BigInt(given?.net ?? '0')), String(BigInt(line.vat) + BigInt(given?.vat ?? '0'))],
  }
}

function undoneIn(spans: readonly HeatSpan[], undone: Past['undone']): Pick<HeatMonth, 'undone'> {
  const gone = undone.filter(each => spans.some(([, from, to]) => each.from <= to && each.to >= from))
  return gone.length === 0 ? {} : { undone: gone.map(each => [each.act, each.from, each.to, each.by]) }
}

const keyOf = ({ item }: Found) => `${item.service}.recalc.${item.vatBp}`

/** One price for each service and rate of VAT: the rows of VAT on the bill stay true. */
function itemsOf(found: readonly Found[]): PriceItem[] {
  return [...Map.groupBy(found, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, [first]]) => (first ? [recalculating(first.item, key)] : []))
}

/** The price of a line that recalculates lines of this price: its months carry their own. */
export function recalculating({ from: _from, to: _to, prepaid: _prepaid, earlier: _earlier, ...item }: PriceItem, key: string): PriceItem {
  return { ...item, key, of: 'RECALC', volumeAt: [], upTo: [], prices: [], perPerson: false, days: 1, monthDays: 1, houseNet: null, houseQuantity: null, houseArea: null, heat: { mode: 'RECALC' } }
}

function linesOf(found: readonly Found[]): Late['lines'] {
  return [...Map.groupBy(found, each => `${each.accountId}|${keyOf(each)}`)].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, all]) => {
    const [first] = all
    if (!first) return []
    const months = all.map(each => each.month)
    const { net, vat } = recalculatedSum({ months })
    return [{ accountId: first.accountId, line: { key: keyOf(first), quantity: String(new Set(months.map(each => each.period)).size), heat: { months }, net: String(net), vat: String(vat) } }]
  })
}
