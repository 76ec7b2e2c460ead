// Why this month's bill differs from the last: the inputs are exchanged one after another (tariff, volume, people,
// days), and what each exchange moves is its cause. The steps telescope, so the causes sum to the change exactly.
import { addDecimal, type Decimal } from '#server/kernel/quantity.ts'
import { daysOf, itemOf, recompute, recomputeLine } from '#server/billing/charges/rules.ts'
import { causes, type BillLine, type Cause, type Causes, type Charge, type PriceItem, type PricePlan } from '#server/billing/schema.ts'

export type PricedLine = { readonly item: PriceItem; readonly line: BillLine }
export type MonthLines = { readonly lines: readonly BillLine[]; readonly prices: PricePlan }
export type ServiceChange = { readonly service: Charge; readonly change: bigint; readonly causes: Causes }

type State = {
  /** Volume, area or one; of the whole month, before what was taken off as estimated earlier. */
  readonly quantity: Decimal
  readonly people: number
  readonly fraction: readonly [bigint, bigint]
  readonly extra: boolean
  /** A volume of the house to be priced anew; null: the sum of the price itself. */
  readonly houseVolume: string | null
}

export const noCauses: Causes = { tariff: 0n, volume: 0n, people: 0n, days: 0n, correction: 0n }

export function pricedLines({ lines, prices }: MonthLines): PricedLine[] {
  return lines.map(line => ({ line, item: itemOf(prices.items, line) }))
}

/** Change of every service, VAT included; services that moved by nothing are listed too. */
export function explainChange(previous: MonthLines, current: MonthLines): ServiceChange[] {
  const before = pricedLines(previous)
  const after = pricedLines(current)
  const order = [...new Set([...after, ...before].map(each => each.item.service))]
  return order.map(service => {
    const old = before.filter(each => each.item.service === service)
    const now = after.filter(each => each.item.service === service)
    return { service, change: amountOf(now) - amountOf(old), causes: causesOf(old, now) }
  })
}

export function sumCauses(changes: readonly ServiceChange[]): Causes {
  return causes.reduce((sum, cause) => ({ ...sum, [cause]: changes.reduce((all, each) => all + each.causes[cause], 0n) }), noCauses)
}

export function amountOf(lines: readonly PricedLine[]): bigint {
  return lines.reduce((sum, { item, line }) => {
    const amount = recomputeLine(item, line)
    return sum + amount.net + amount.vat
  }, 0n)
}

// What an act that came late gave back, or takes, is a correction of other months; what is common to the house has inputs of its own.
function causesOf(old: readonly PricedLine[], now: readonly PricedLine[]): Causes {
  const [late, common, own] = [ofKind('LATE'), ofKind('COMMON'), ofKind('OWN')]
  const parts = [own(old).length + own(now).length === 0 ? noCauses : ownCauses(own(old), own(now)), commonCauses(common(old), common(now)), only('correction', amountOf(late(now)) - amountOf(late(old)))]
  return causes.reduce((sum, cause) => ({ ...sum, [cause]: parts.reduce((all, each) => all + each[cause], 0n) }), noCauses)
}

function ofKind(kind: 'LATE' | 'COMMON' | 'OWN'): (lines: readonly PricedLine[]) => PricedLine[] {
  return lines => lines.filter(({ item }) => kind === (item.of === 'RECALC' ? 'LATE' : item.by ? 'COMMON' : 'OWN'))
}

function ownCauses(old: readonly PricedLine[], now: readonly PricedLine[]): Causes {
  const first = old[0]
  const last = now[0]
  if (!first || !last) return only(whole(last ?? first), amountOf(now) - amountOf(old))
  // A season spread over the year, and one's own Gcal beside a share of the house, have no inputs in common to exchange.
  if ([...old, ...now].some(each => each.item.heat?.spread)) return only('days', amountOf(now) - amountOf(old))
  if ([...old, ...now].some(each => each.item.heat?.mode === 'COMMON')) return only('volume', amountOf(now) - amountOf(old))
  // Another way of charging (by area, then by meter) has no common inputs: it is a change of the tariff.
  // More days of delay, on more or less overdue.
  if (last.item.of === 'PENALTY') return only('days', amountOf(now) - amountOf(old))
  if ([...old, ...now].some(({ item }) => item.of !== last.item.of)) return only('tariff', amountOf(now) - amountOf(old))
  const was = stateOf(old)
  const is = stateOf(now)
  const measured = estimate(old, was)
  const priced = estimate(now, { ...was, houseVolume: first.item.houseQuantity })
  const used = estimate(now, { ...was, ...volumeOf(last.item, is, was) })
  const counted = estimate(now, { ...is, fraction: was.fraction, quantity: peopleQuantity(last.item, is, was), extra: is.extra })
  const served = estimate(now, { ...is, quantity: peopleQuantity(last.item, is, was) })
  return {
    tariff: priced - measured,
    volume: used - priced,
    people: counted - used,
    days: served - counted,
    correction: measured - amountOf(old) + (amountOf(now) - served),
  }
}

// The price on what was common before, then the weights, then what was common: the house's meter less the flats.
function commonCauses(old: readonly PricedLine[], now: readonly PricedLine[]): Causes {
  const [was, is] = [old[0], now[0]]
  if (!was || !is) return only('volume', amountOf(now) - amountOf(old))
  if (was.item.by !== is.item.by) return only('tariff', amountOf(now) - amountOf(old))
  const shared = (own: PricedLine, weight: PricedLine) => now.reduce((sum, { item, line }) => {
    const amount = recompute({ ...item, houseQuantity: own.item.houseQuantity }, { quantity: weight.line.quantity, people: 1, extra: line.extra === 1,
      common: { flats: own.line.common?.flats ?? '0', all: weight.line.common?.all ?? '0' } })
    return sum + amount.net + amount.vat
  }, 0n)
  const [priced, weighed] = [shared(was, was), shared(was, is)]
  return { ...noCauses, tariff: priced - amountOf(old), volume: amountOf(now) - weighed, [is.item.by === 'PERSONS' ? 'people' : 'correction']: weighed - priced }
}

// A volume is exchanged at the step of volume, persons at the step of people; an area that changed is a correction.
function volumeOf(item: PriceItem, is: State, was: State): Pick<State, 'quantity' | 'extra'> {
  return item.of === 'VOLUME' ? { quantity: is.quantity, extra: is.extra } : { quantity: was.quantity, extra: item.of === 'SHARE' ? is.extra : was.extra }
}

function peopleQuantity(item: PriceItem, is: State, was: State): Decimal {
  return item.of === 'AREA' || item.of === 'SHARE' ? was.quantity : is.quantity
}

function stateOf(priced: readonly PricedLine[]): State {
  const first = priced[0]
  if (!first) throw new Error('a service without lines has no state')
  const days = priced.reduce((sum, each) => sum + daysOf(each.item, each.line), 0)
  return {
    quantity: addDecimal(first.line.quantity, first.line.before ?? '0'),
    people: first.line.people ?? 1,
    fraction: [BigInt(days), BigInt(first.item.monthDays)],
    extra: first.line.extra === 1,
    houseVolume: null,
  }
}

/** What the new prices would have charged for such a state; the same rounding as a real line when the days agree. */
function estimate(prices: readonly PricedLine[], state: State): bigint {
  const own = stateOf(prices).fraction
  return prices.reduce((sum, { item, line }) => {
    const days = Number(BigInt(daysOf(item, line)) * state.fraction[0] * own[1])
    const monthDays = Number(BigInt(item.monthDays) * state.fraction[1] * own[0])
    const inputs = { quantity: state.quantity, people: state.people, extra: state.extra, ...(line.prepaid === undefined ? {} : { prepaid: line.prepaid.left }) }
    const amount = recompute(state.houseVolume === null ? item : { ...item, houseNet: houseNetOf(item, state.houseVolume, own[0]) }, inputs, own[0] === 0n ? item : { days, monthDays })
    return sum + amount.net + amount.vat
  }, 0n)
}

// The old volume of the house at the new price of a unit; a price that was not of the whole month takes its days of it.
function houseNetOf(item: PriceItem, volume: string, served: bigint): string | null {
  if (item.of !== 'SHARE') return item.houseNet
  const part = item.from === undefined ? { days: 1, monthDays: 1 } : { days: item.days, monthDays: Number(served) }
  return String(recompute({ ...item, of: 'VOLUME', vatBp: 0 }, { quantity: volume, people: 1, extra: false }, part).net)
}

function whole(priced: PricedLine | undefined): Cause {
  return priced?.item.of === 'VOLUME' ? 'volume' : 'days'
}

function only(cause: Cause, amount: bigint): Causes {
  return { ...noCauses, [cause]: amount }
}
