// Energy paid ahead of a rise keeps its price (uzbekistan.md 6, AT-UZ-32): for so many months after the rise, and only within the
// social norm, which is the first block of the new price. The ledger has one advance for all services, so that each of them has
// as much of it as it was of the account's bill of the month before the rise.
import { addPeriods, firstDay, lastDay, periodOf, type LocalDate, type Period } from '#server/kernel/period.ts'
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

function riseOf(facts: HouseFacts, item: PriceItem): Rise | null {
  const [on, norm, rule] = [item.validFrom, item.upTo[0], ruleOn(facts, item)]
  if (norm === undefined || !rule || !isWithin(facts.period, on, Number(rule.months))) return null
  const price = priceBefore(facts, item)
  if (price === null || compareDecimal(price, item.prices[0] ?? '0') >= 0) return null
  return { key: item.key, service: item.service, on, vatBp: item.vatBp, prepaid: { price, norm, since: on, months: Number(rule.months), source: rule.source, verified: rule.verified } }
}

function ruleOn({ prepaid }: HouseFacts, { service, validFrom }: PriceItem): PrepaidRule | undefined {
  return prepaid?.rules.filter(each => each.service === service && each.validFrom <= validFrom).toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))[0]
}

/** What is common, or of other customers, is nobody's own energy. */
function isOfHouseholds({ of, perPerson, heat, by, key }: PriceItem): boolean {
  return of === 'VOLUME' && !perPerson && heat === undefined && by === undefined && !key.includes('.other')
}

/** Months that are over before the term is; a rise inside a month is none of these. */
function isWithin(period: Period, on: LocalDate, months: number): boolean {
  return on === firstDay(periodOf(on)) && on <= lastDay(period) && period < addPeriods(periodOf(on), months)
}

function priceBefore(facts: HouseFacts, item: PriceItem): Decimal | null {
  const old = tariffBefore(facts, item)
  // A price with VAT and one without cannot be compared, nor a real one and one for demonstration.
  return old?.vatMode === item.vatMode && old.demonstration === item.demonstration ? old.price ?? old.tiers?.[0]?.price ?? null : null
}

function tariffBefore({ services, tariffs, prepaid }: HouseFacts, { service, stove, metered, privileged, validFrom }: PriceItem): Tariff | null {
  const row = services.find(each => each.service === service && each.method === 'METER')
  const eve = lastDay(addPeriods(periodOf(validFrom), -1))
  const known = [...prepaid?.former ?? [], ...tariffs].filter(each => each.service === service && each.published && bases.METER.includes(each.basis))
  return row ? tariffOn(known, { service: row, flats: { stove, metered, privileged: privileged ?? null }, day: eve }) : null
}

/** What is left of each account's prepaid volume at the beginning of the month; only accounts with some. */
export function prepaidOf(rise: Rise, { accounts, prices }: PrepaidFacts): Map<string, PrepaidVolume> {
  return new Map(accounts.flatMap(({ accountId, advance, before, since }): [string, PrepaidVolume][] => {
    const sums = { advance, ...partOf(rise, linesOf(before, prices)) }
    const paid = prepaidVolume(rise, sums)
    const used = drawnSince(rise.service, rise.on, since.map(bill => ({ ...bill, own: bill.own ?? prices[bill.period] ?? null })))
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

/** What these months took of a volume paid ahead of the rise of that day; each bill with its prices. */
export function drawnSince(service: string, on: string, bills: readonly PastBill[]): Decimal {
  return bills.reduce((sum, bill) => addDecimal(sum, drawnIn(bill, service, on)), '0')
}

/** What the month took of it, within the norm or above it: the energy that was used first is the energy that was paid first. */
function drawnIn(bill: PastBill, service: string, on: string): Decimal {
  const own = linesOf(bill, {}).filter(({ item, line }) => item.service === service && item.prepaid?.since === on && line.prepaid !== undefined)
  return own.reduce<Decimal>((sum, { item, line }) => {
    const used = addDecimal(line.quantity, bill.volumes?.[service] ?? '0')
    const left = line.prepaid?.left ?? '0'
    const taken = compareDecimal(used, left) < 0 ? used : left
    const { numerator, denominator } = toRational(multiplyDecimal(taken, String(item.days)))
    return addDecimal(sum, decimalOf({ numerator, denominator: denominator * BigInt(item.monthDays) }, 3))
  }, '0')
}
