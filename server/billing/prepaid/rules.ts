// Energy paid ahead of a rise keeps its price (uzbekistan.md 6, AT-UZ-32): for so many months after the rise, and only within the
// social norm, which is the first block of the new price. The ledger has one advance for all services, so that each of them has
// as much of it as it was of the account's bill of the month before the rise.
import { addPeriods, firstDay, lastDay, periodOf, type LocalDate, type Period } from '#server/kernel/period.ts'
import { addDecimal, compareDecimal, decimalOf, multiplyDecimal, subtractDecimal, toRational, type Decimal } from '#server/kernel/quantity.ts'
import { bases, tariffOn, type HouseFacts, type Tariff } from '#server/billing/tariffs/rules.ts'
import type { BillLine, PrepaidPrice, PrepaidRule, PriceItem, PricePlan } from '#server/billing/schema.ts'

export type Rise = { readonly key: string; readonly service: string; readonly on: LocalDate; readonly prepaid: PrepaidPrice }

/** A bill with the prices it was made from; `volumes`: by how much readings were corrected since. */
type PastBill = { readonly period: Period; readonly lines: readonly BillLine[]; readonly own: PricePlan | null; readonly volumes?: Readonly<Record<string, string>> | null }
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
  return { key: item.key, service: item.service, on, prepaid: { price, norm, since: on, months: Number(rule.months), source: rule.source, verified: rule.verified } }
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
  // A price with VAT and one without cannot be compared.
  return old?.vatMode === item.vatMode ? old.price ?? old.tiers?.[0]?.price ?? null : null
}

function tariffBefore({ services, tariffs, prepaid }: HouseFacts, { service, stove, metered, privileged, validFrom }: PriceItem): Tariff | null {
  const row = services.find(each => each.service === service && each.method === 'METER')
  const eve = lastDay(addPeriods(periodOf(validFrom), -1))
  const known = [...prepaid?.former ?? [], ...tariffs].filter(each => each.service === service && each.published && bases.METER.includes(each.basis))
  return row ? tariffOn(known, { service: row, flats: { stove, metered, privileged: privileged ?? null }, day: eve }) : null
}

/** What is left of each account's prepaid volume at the beginning of the month; only accounts with some. */
export function prepaidOf(rise: Rise, { accounts, prices }: PrepaidFacts): Map<string, Decimal> {
  return new Map(accounts.flatMap(({ accountId, advance, before, since }): [string, Decimal][] => {
    const paid = paidVolume(rise, advance, linesOf(before, prices))
    const used = since.reduce((sum, bill) => addDecimal(sum, drawnIn(bill, prices, rise.service)), '0')
    return compareDecimal(paid, used) > 0 ? [[accountId, subtractDecimal(paid, used)]] : []
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

function paidVolume({ service, prepaid }: Rise, advance: string, charged: readonly Charged[]): Decimal {
  const sum = (lines: readonly Charged[]) => lines.reduce((all, { line }) => all + BigInt(line.net) + BigInt(line.vat), 0n)
  const own = charged.filter(({ item }) => item.service === service && item.of === 'VOLUME')
  const [part, whole] = [sum(own), sum(charged)]
  if (part <= 0n || whole < part) return '0'
  const { numerator, denominator } = toRational(prepaid.price)
  const vat = 10_000n + BigInt(own[0]?.item.vatBp ?? 0)
  // advance x part / whole, in hundredths, over the price with its VAT.
  return decimalOf({ numerator: BigInt(advance) * part * denominator * 10_000n, denominator: whole * numerator * vat * 100n }, 3)
}

/** What the month took of the prepaid volume, within the norm or above it: the energy that was used first is the energy that was paid first. */
function drawnIn(bill: PastBill, prices: PrepaidFacts['prices'], service: string): Decimal {
  return linesOf(bill, prices).filter(({ item, line }) => item.service === service && line.prepaid !== undefined).reduce<Decimal>((sum, { item, line }) => {
    const used = addDecimal(line.quantity, bill.volumes?.[service] ?? '0')
    const taken = compareDecimal(used, line.prepaid ?? '0') < 0 ? used : line.prepaid ?? '0'
    const { numerator, denominator } = toRational(multiplyDecimal(taken, String(item.days)))
    return addDecimal(sum, decimalOf({ numerator, denominator: denominator * BigInt(item.monthDays) }, 3))
  }, '0')
}
