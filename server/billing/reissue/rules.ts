// What a posted bill would be by the facts as they are known now. Nobody types a sum. Volumes stay as they were charged: a
// reading that was wrong is answered on the next bill, as are heat by contract, the house's own meter and penalties. A volume
// that was above the last published tier is charged where the month has a price for it now.
import { addDecimal, subtractDecimal } from '#server/kernel/quantity.ts'
import { isBeyondTiers, recompute, recomputeLine } from '#server/billing/charges/rules.ts'
import { services, type BillFund, type BillLine, type Charge, type Finding, type PriceItem, type PricePlan } from '#server/billing/schema.ts'

export type Priced = { readonly lines: readonly BillLine[]; readonly prices: PricePlan }
/** A service of a volume above the last published tier: what the run had for it, and by how much its meters were corrected since. */
export type Lacked = { readonly service: string; readonly items: readonly PriceItem[]; readonly corrected: Readonly<Record<string, string>> }
/** `estimated`: charges that took an estimate in this month, which the next reading pays back. */
export type Recount = { readonly posted: Priced; readonly fresh: Priced & { readonly findings: readonly Finding[] }; readonly estimated: ReadonlySet<string>; readonly lacked?: readonly Lacked[] }
export type Recounted = Priced & { readonly services: readonly Charge[] }

type Item = { readonly item: PriceItem; readonly line: BillLine }
const order: readonly Charge[] = [...services, 'MAINTENANCE', 'SAVINGS', 'PENALTY']

/** Lines that have their own way of being corrected. */
function hasOwnWay({ item }: Item): boolean {
  return item.heat !== undefined || item.by !== undefined || item.of === 'SHARE' || item.of === 'PENALTY' || item.of === 'RECALC'
}

function standsBeside({ item }: Item): boolean {
  return item.by !== undefined || item.of === 'RECALC'
}

function itemsOf({ lines, prices }: Priced): Item[] {
  return lines.map(line => {
    const item = prices.items.find(each => each.key === line.key)
    if (!item) throw new Error(`no price ${line.key}`)
    return { item, line }
  })
}

/** The corrected bill; null where a service could not be counted now: nothing of it is dropped for that. */
export function recount({ posted, fresh, estimated, lacked }: Recount): Recounted | null {
  const old = itemsOf(posted)
  // A service that has its own way keeps all its lines. What is common, and what recalculates other months, stands beside the month's own line.
  const wholly = new Set(old.filter(each => hasOwnWay(each) && !standsBeside(each)).map(({ item }) => item.service))
  const kept = old.filter(each => hasOwnWay(each) || wholly.has(each.item.service))
  const was = old.filter(each => !kept.includes(each))
  const now = itemsOf(fresh).filter(each => !hasOwnWay(each) && !wholly.has(each.item.service)).flatMap(each => asCharged(each, was, estimated) ?? asLacked(each, fresh.prices, lacked))
  const lacking = new Set(fresh.findings.map(each => each.service))
  if (was.some(({ item }) => lacking.has(item.service) && now.every(each => each.item.service !== item.service))) return null
  if (now.some(({ item, line }) => item.of === 'VOLUME' && isBeyondTiers(item, { quantity: line.quantity, people: line.people ?? 1, extra: false }))) return null
  const all = [...kept, ...now].toSorted((a, b) => order.indexOf(a.item.service) - order.indexOf(b.item.service))
  return {
    lines: all.map(({ line }) => line), services: changedServices(was, now),
    prices: { items: [...new Map(all.map(({ item }) => [item.key, item])).values()], volumes: fresh.prices.volumes },
  }
}

// The volume as it was charged, at the price and for the persons of now; null where none was charged.
function asCharged({ item, line }: Item, was: readonly Item[], estimated: ReadonlySet<string>): Item[] | null {
  if (item.of !== 'VOLUME') return [{ item, line }]
  const before = was.find(each => each.item.service === item.service && each.item.of === 'VOLUME')
  if (!before) return null
  // A flat without a meter: the norm of its persons, and no debt to a later reading.
  if (before.line.source === 'NORM' && line.source === 'NORM' && !estimated.has(item.service)) return [{ item, line }]
  const { source: _source, before: _before, ...own } = line
  const charged: BillLine = {
    ...own, quantity: before.line.quantity,
    ...(before.line.source === undefined ? {} : { source: before.line.source }), ...(before.line.before === undefined ? {} : { before: before.line.before }),
  }
  const { net, vat } = recompute(item, { quantity: charged.quantity, people: charged.people ?? 1, extra: false, ...(charged.prepaid === undefined ? {} : { prepaid: charged.prepaid.left }) })
  return [{ item, line: { ...charged, net: String(net), vat: String(vat) } }]
}

/**
 * What the meter saw and had no price, once it has one; an estimate taken earlier waits for the next reading. Of a reading corrected
 * since: what its bill would have charged, and the next bill takes the difference; where the figure has come to what had a price, that bill charges it.
 */
function asLacked({ item, line: { before, ...line } }: Item, { volumes }: PricePlan, lacked: readonly Lacked[] = []): Item[] {
  const own = lacked.find(each => each.service === item.service)
  if (own === undefined || line.source !== undefined) return []
  const seen = addDecimal(line.quantity, before ?? '0')
  const corrected = item.volumeAt.map(at => own.corrected[volumes[at - 1]?.service ?? ''] ?? '0').reduce(addDecimal, '0')
  if (corrected !== '0' && !own.items.some(each => isForSame(each, item) && isBeyondTiers(each, { quantity: seen, people: line.people ?? 1, extra: false }))) return []
  const charged: BillLine = { ...line, quantity: subtractDecimal(seen, corrected) }
  const { net, vat } = recomputeLine(item, charged)
  return [{ item, line: { ...charged, net: String(net), vat: String(vat) } }]
}

/** Two prices may be of the same flat; one that makes no difference is for all. */
function isForSame(one: PriceItem, other: PriceItem): boolean {
  const fits = (a: boolean | null = null, b: boolean | null = null) => a === null || b === null || a === b
  return fits(one.stove, other.stove) && fits(one.metered, other.metered) && fits(one.privileged, other.privileged) && one.kinds.some(kind => other.kinds.includes(kind))
}

function changedServices(was: readonly Item[], now: readonly Item[]): Charge[] {
  const sum = (items: readonly Item[], service: Charge) => items.filter(each => each.item.service === service).reduce((all, { line }) => all + BigInt(line.net) + BigInt(line.vat), 0n)
  const all = new Set([...was, ...now].map(({ item }) => item.service))
  return order.filter(service => all.has(service) && sum(was, service) !== sum(now, service))
}

/** What a bill posts in each fund. */
export function fundsOf(bill: Priced): Map<BillFund, bigint> {
  const sums = new Map<BillFund, bigint>()
  for (const { item, line } of itemsOf(bill)) {
    const { net, vat } = recomputeLine(item, line)
    sums.set(item.fund, (sums.get(item.fund) ?? 0n) + net + vat)
  }
  return new Map([...sums].filter(([, amount]) => amount !== 0n).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Number of the bill that takes the place of another: of the third, 1234567890-202610-3. */
export function correctedNumber(number: string, version: number): string {
  return `${number.split('-').slice(0, 2).join('-')}-${version}`
}
