// Energy paid ahead of a rise keeps its price (uzbekistan.md 6, AT-UZ-32): for so many months after the rise, and only within the
// social norm, which is the first block of the new price. The ledger has one advance for all services, so that each of them has
// as much of it as it was of the account's bill of the month before the rise.
import { addDays, addPeriods, firstDay, type LocalDate, type Period } from '#server/kernel/period.ts'
import { addDecimal, compareDecimal, decimalOf, multiplyDecimal, subtractDecimal, toRational, type Decimal } from '#server/kernel/quantity.ts'
import { prepaidVolume } from '#server/billing/charges/rules.ts'
import { bases, tariffOn, type HouseFacts, type Tariff } from '#server/billing/tariffs/rules.ts'
import type { BillLine, PrepaidPrice, PrepaidRule, PrepaidSums, PrepaidVolume, PriceItem, PricePlan } from '#server/billing/schema.ts'

export type Rise = { readonly key: string; readonly service: string; readonly on: LocalDate; readonly vatBp: number; readonly prepaid: PrepaidPrice }

/** A bill with the prices it was made from; `volumes`: by how much readings were corrected since. */
export type PastBill = { readonly period: Period; readonly lines: readonly BillLine[]; readonly own: PricePlan | null; readonly volumes?: Readonly<Record<string, string>> | null }
/** As app.prepaid_facts gives it: accounts that stood in advance on the eve of the rise. */
export type PrepaidFacts = {
  readonly accounts: readonly { readonly accountId: string; readonly advance: string; readonly before: PastBill; readonly since: readonly PastBill[] }[]
  readonly prices: Readonly<Record<Period, PricePlan>>
}

/** Prices of the month that have risen so lately that a volume paid before is not used up. */
export function risesOf(facts: HouseFacts, items: readonly PriceItem[]): Rise[] {
  return facts.prepaid === undefined ? [] : items.filter(isOfHouseholds).flatMap(item => riseOf(facts, item) ?? [])
}

/** The earliest rise whose term is not over: what was paid before it keeps that price, whatever the price has been since (published again as it was, or risen once more). */
function riseOf(facts: HouseFacts, item: PriceItem): Rise | null {
  const norm = item.upTo[0]
  if (norm === undefined) return null
  for (const { on, rule } of termsOf(facts, item)) {
    const [old, risen] = [priceOn(facts, item, addDays(on, -1)), priceOn(facts, item, on)]
    if (old !== null && risen !== null && [risen, item.prices[0] ?? '0'].every(price => compareDecimal(old, price) < 0))
      return { key: item.key, service: item.service, on, vatBp: item.vatBp, prepaid: { price: old, norm, since: on, months: Number(rule.months), source: rule.source, verified: rule.verified } }
  }
  return null
}

/** First days of months on which a price may have risen whose term is not over, the earliest first; a rise inside a month is none of these. */
function termsOf({ period, prepaid }: HouseFacts, { service, validFrom }: PriceItem): { on: LocalDate; rule: PrepaidRule }[] {
  const ruleOn = (on: LocalDate) => prepaid?.rules.filter(each => each.service === service && each.validFrom <= on).toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))[0]
  return [3, 2, 1, 0].flatMap(back => {
    const on = firstDay(addPeriods(period, -back))
    const rule = ruleOn(on)
    // A price that was there before has not risen since.
    return rule && back < Number(rule.months) && validFrom >= on ? [{ on, rule }] : []
  })
}

/** What is common, or of other customers, is nobody's own energy. */
function isOfHouseholds({ of, perPerson, heat, by, key }: PriceItem): boolean {
  return of === 'VOLUME' && !perPerson && heat === undefined && by === undefined && !key.includes('.other')
}

function priceOn(facts: HouseFacts, item: PriceItem, day: LocalDate): Decimal | null {
  const then = tariffOfDay(facts, item, day)
  // A price with VAT and one without cannot be compared, nor a real one and one for demonstration.
  return then?.vatMode === item.vatMode && then.demonstration === item.demonstration ? then.price ?? then.tiers?.[0]?.price ?? null : null
}

function tariffOfDay({ services, tariffs, prepaid }: HouseFacts, { service, stove, metered, privileged }: PriceItem, day: LocalDate): Tariff | null {
  const row = services.find(each => each.service === service && each.method === 'METER')
  const known = [...prepaid?.former ?? [], ...tariffs].filter(each => each.service === service && each.published && bases.METER.includes(each.basis))
  return row ? tariffOn(known, { service: row, flats: { stove, metered, privileged: privileged ?? null }, day }) : null
}

/** What is left of each account's prepaid volume at the beginning of the month; only accounts with some. */
export function prepaidOf(rise: Rise, { accounts, prices }: PrepaidFacts): Map<string, PrepaidVolume> {
  return new Map(accounts.flatMap(({ accountId, advance, before, since }): [string, PrepaidVolume][] => {
    const sums = { advance, ...partOf(rise, linesOf(before, prices)) }
    const paid = prepaidVolume(rise, sums)
    const used = drawnSince(rise.service, rise.prepaid, since.map(bill => ({ ...bill, own: bill.own ?? prices[bill.period] ?? null })))
    return compareDecimal(paid, used) > 0 ? [[accountId, { left: subtractDecimal(paid, used), used, ...sums }]] : []
  }))
}

type Charged = { readonly item: PriceItem; readonly line: BillLine }

function linesOf({ period, lines, own }: PastBill, prices: PrepaidFacts['prices']): Charged[] {
  const items = (own ?? prices[period])?.items ?? []
  return lines.flatMap(line => {
    const item = items.find(each => each.key === line.key)
    return item === undefined || item.of === 'RECALC' || item.of === 'PENALTY' ? [] : [{ item, line }]
  })
}

/** What the service was of a bill, and the bill itself. */
function partOf({ service }: Rise, charged: readonly Charged[]): Pick<PrepaidSums, 'part' | 'whole'> {
  const sum = (lines: readonly Charged[]) => lines.reduce((all, { line }) => all + BigInt(line.net) + BigInt(line.vat), 0n)
  const [part, whole] = [sum(charged.filter(({ item }) => item.service === service && item.of === 'VOLUME')), sum(charged)]
  return part <= 0n || whole < part ? { part: '0', whole: '0' } : { part: String(part), whole: String(whole) }
}

type Ahead = Pick<PrepaidPrice, 'since' | 'price'>

/** What these months took of a volume paid ahead of a rise; each bill with its prices. */
export function drawnSince(service: string, ahead: Ahead, bills: readonly PastBill[]): Decimal {
  return bills.reduce((sum, bill) => addDecimal(sum, drawnIn(bill, service, ahead)), '0')
}

/** What the month took of it, within the norm or above it: the energy that was used first is the energy that was paid first. Of what was paid ahead of an earlier rise, the same money at this price. */
function drawnIn(bill: PastBill, service: string, { since, price }: Ahead): Decimal {
  const own = linesOf(bill, {}).filter(({ item, line }) => item.service === service && item.prepaid !== undefined && item.prepaid.since <= since && line.prepaid !== undefined)
  return own.reduce<Decimal>((sum, { item, line }) => {
    const used = addDecimal(line.quantity, bill.volumes?.[service] ?? '0')
    const left = line.prepaid?.left ?? '0'
    const taken = compareDecimal(used, left) < 0 ? used : left
    const [paid, of] = [toRational(multiplyDecimal(multiplyDecimal(taken, String(item.days)), item.prepaid?.price ?? price)), toRational(price)]
    return addDecimal(sum, decimalOf({ numerator: paid.numerator * of.denominator, denominator: paid.denominator * of.numerator * BigInt(item.monthDays) }, 3))
  }, '0')
}
