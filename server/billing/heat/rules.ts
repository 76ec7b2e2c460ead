// Arithmetic of lines of heat contracts that are counted by days: the same for the run, its check, a recalculation and
// the words on the screen. Dates and decimals are exact; a line is rounded once, half up.
import { roundRational } from '#server/kernel/money.ts'
import { multiplyDecimal, toRational, type Rational } from '#server/kernel/quantity.ts'
import { addDays, daysBetween, daysInPeriod, firstDay, lastDay, nextPeriod, periodOf, type LocalDate } from '#server/kernel/period.ts'
import type { HeatLine, HeatMonth, HeatOff, HeatSpan } from '#server/billing/schema.ts'

export type Range = { readonly from: LocalDate; readonly to: LocalDate }
/** A price by days: `days` of `monthDays` are those of the price itself, where a season is spread over twelve months. */
export type DayPrice = Pick<HeatMonth, 'price' | 'days' | 'monthDays' | 'spread'>
export type Served = { readonly spans: readonly HeatSpan[]; readonly off: readonly HeatOff[] }
export type HeatSum = { readonly net: bigint; readonly vat: bigint }

export function overlap(one: Range, other: Range): Range | null {
  const from = one.from > other.from ? one.from : other.from
  const to = one.to < other.to ? one.to : other.to
  return from <= to ? { from, to } : null
}

/** Days from a day to a day, both counted. */
export function countDays({ from, to }: Range): number {
  return daysBetween(from, to) + 1
}

/** Days of a range less those on which an act says that the service was not there; acts may overlap. */
export function servedIn(range: Range, off: readonly HeatOff[]): number {
  let days = countDays(range)
  let next = range.from
  for (const [, from, to] of off.toSorted((a, b) => (a[1] < b[1] ? -1 : 1))) {
    const part = overlap({ from, to }, { from: next, to: range.to })
    if (part === null) continue
    days -= countDays(part)
    next = addDays(part.to, 1)
    if (next > range.to) break
  }
  return days
}

/** Acts that touch a range, as their days in it. */
export function offIn(range: Range, off: readonly HeatOff[]): HeatOff[] {
  return off.flatMap(([act, from, to]) => {
    const part = overlap({ from, to }, range)
    return part === null ? [] : [[act, part.from, part.to] as const]
  })
}

/** Quantities with the days of each; what was not served at all is left out. */
export function partsServed({ spans, off }: Served): (readonly [string, number])[] {
  return spans.map(([quantity, from, to]) => [quantity, servedIn({ from, to }, off)] as const).filter(([, days]) => days > 0)
}

/** A season in months: each month counts by its served days of its days. */
export function seasonMonths({ from, to }: Range, off: readonly HeatOff[]): Rational {
  let sum: Rational = { numerator: 0n, denominator: 1n }
  for (let month = periodOf(from); month <= periodOf(to); month = nextPeriod(month)) {
    const part = overlap({ from, to }, { from: firstDay(month), to: lastDay(month) })
    if (part === null) continue
    const days = BigInt(daysInPeriod(month))
    sum = { numerator: sum.numerator * days + BigInt(servedIn(part, off)) * sum.denominator, denominator: sum.denominator * days }
  }
  return sum
}

/** Quantity × days × price of a month, of the days of the month; or × a twelfth of the season. */
export function netOfDays(price: DayPrice, served: Served): bigint {
  const sum = price.spread ? spreadOf(price, served) : daysOfQuantities(served)
  const { numerator, denominator } = toRational(price.price)
  return roundRational(sum.numerator * numerator * 100n, sum.denominator * denominator * (price.spread ? 1n : BigInt(price.monthDays)))
}

function daysOfQuantities(served: Served): Rational {
  return partsServed(served).reduce<Rational>((sum, [quantity, days]) => plus(sum, toRational(multiplyDecimal(quantity, String(days)))), { numerator: 0n, denominator: 1n })
}

function spreadOf({ days, monthDays }: DayPrice, { spans, off }: Served): Rational {
  return spans.reduce<Rational>((sum, [quantity, from, to]) => {
    const months = seasonMonths({ from, to }, off)
    const own = toRational(quantity)
    return plus(sum, { numerator: own.numerator * months.numerator * BigInt(days), denominator: own.denominator * months.denominator * 12n * BigInt(monthDays) })
  }, { numerator: 0n, denominator: 1n })
}

function plus(a: Rational, b: Rational): Rational {
  return a.denominator === b.denominator ? { numerator: a.numerator + b.numerator, denominator: a.denominator }
    : { numerator: a.numerator * b.denominator + b.numerator * a.denominator, denominator: a.denominator * b.denominator }
}

/** What a month that was billed would have been with all acts known now. */
export function monthNow(month: HeatMonth): HeatSum {
  const net = netOfDays(month, month)
  return { net, vat: roundRational(net * BigInt(month.vatBp), 10_000n) }
}

export function monthDifference(month: HeatMonth): HeatSum {
  const now = monthNow(month)
  return { net: now.net - BigInt(month.was[0]), vat: now.vat - BigInt(month.was[1]) }
}

/** A line that recalculates: the sum of its months. */
export function recalculatedSum({ months }: Pick<HeatLine, 'months'>): HeatSum {
  return (months ?? []).map(monthDifference).reduce<HeatSum>((sum, each) => ({ net: sum.net + each.net, vat: sum.vat + each.vat }), { net: 0n, vat: 0n })
}

/** A sum by weights: each part cut down, and one minor unit more to the largest remainders, ties to the first. The parts sum to it exactly. */
export function divide(total: bigint, weights: readonly bigint[]): { amount: bigint; extra: boolean }[] {
  const all = weights.reduce((sum, each) => sum + each, 0n)
  if (all === 0n) return weights.map(() => ({ amount: 0n, extra: false }))
  const parts = weights.map((weight, index) => ({ index, amount: total * weight / all, rest: total * weight % all }))
  const left = Number(total - parts.reduce((sum, each) => sum + each.amount, 0n))
  const lucky = new Set(parts.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1)).slice(0, left).map(each => each.index))
  return parts.map(({ index, amount }) => ({ amount: amount + (lucky.has(index) ? 1n : 0n), extra: lucky.has(index) }))
}
