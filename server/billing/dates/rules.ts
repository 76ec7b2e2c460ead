// Dated rows and the days on which they change; small figures of a price.
import { roundRational } from '#server/kernel/money.ts'
import { multiplyDecimal, toRational } from '#server/kernel/quantity.ts'
import { addDays, firstDay, lastDay, type LocalDate, type Period } from '#server/kernel/period.ts'

export type Dated = { readonly validFrom: LocalDate; readonly validTo: LocalDate | null }
/** A value of law by date: VAT, MRP, limits. */
export type IndexValue = { readonly code: string; readonly validFrom: LocalDate; readonly value: string }

export function covers(dated: Dated, day: LocalDate): boolean {
  return dated.validFrom <= day && (dated.validTo === null || day <= dated.validTo)
}

/** The month cut where a price, a rate or the VAT changes. */
export function partsOf(period: Period, dated: readonly Dated[], starts: readonly LocalDate[]): { from: LocalDate; to: LocalDate }[] {
  const [first, last] = [firstDay(period), lastDay(period)]
  const cuts = [...dated.flatMap(each => [each.validFrom, ...(each.validTo === null ? [] : [addDays(each.validTo, 1)])]), ...starts]
  const begins = [...new Set([first, ...cuts.filter(day => day > first && day <= last)])].sort()
  return begins.map((from, index) => ({ from, to: begins[index + 1] === undefined ? last : addDays(begins[index + 1] ?? last, -1) }))
}

/** Named anew for every year by its budget law: last year's is no figure of this one, and is never carried on (settled 9). */
const yearly = ['MRP']

export function valueOn({ indexes }: { readonly indexes: readonly IndexValue[] }, code: string, day: LocalDate): string | null {
  const known = indexes.filter(each => each.code === code && each.validFrom <= day && (!yearly.includes(code) || each.validFrom.slice(0, 4) === day.slice(0, 4)))
  return known.toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))[0]?.value ?? null
}

export function startsOf({ indexes }: { readonly indexes: readonly IndexValue[] }, code: string): LocalDate[] {
  return indexes.filter(each => each.code === code).map(each => each.validFrom)
}

/** '16' percent is 1600: VAT is counted in whole hundredths of a percent. */
export function basisPoints(percent: string): number {
  const { numerator, denominator } = toRational(multiplyDecimal(percent, '100'))
  return Number(roundRational(numerator, denominator))
}

/** Square metres of premises of some kinds together. */
export function areaOf<Kind extends string>(known: readonly { readonly kind: Kind; readonly areaM2: string }[], kinds: readonly Kind[]): string {
  const areas = known.filter(each => kinds.includes(each.kind)).map(each => toRational(multiplyDecimal(each.areaM2, '100')))
  const hundredths = areas.reduce((sum, each) => sum + roundRational(each.numerator, each.denominator), 0n)
  return multiplyDecimal(String(hundredths), '0.01')
}
