// On which days of a month a service is served, and how a month is divided where the way of charging changes inside it.
import { addDays, daysBetween, daysInPeriod, firstDay, lastDay, type LocalDate, type Period } from '#server/kernel/period.ts'
import type { ChargeMethod, PremisesKind, QuantityOf } from '#server/billing/schema.ts'
import type { Dated } from '#server/billing/dates/rules.ts'

export type DaysSpan = { readonly from: LocalDate; readonly to: LocalDate }
type OfService = DaysSpan & { readonly service: string }
type ServedFacts = { readonly seasons: readonly OfService[]; readonly interruptions: readonly OfService[] }
/** A row of a service of the house: from when until when, for whom and how it is charged. */
type ServedRow = Dated & { readonly service: string; readonly method: ChargeMethod; readonly kinds: readonly PremisesKind[]; readonly seasonal: boolean }

/** The days of a stretch that are in the term of a row; where there are none, it ends before it begins. */
export function within({ validFrom, validTo }: ServedRow, { from, to }: DaysSpan): DaysSpan {
  return { from: from < validFrom ? validFrom : from, to: validTo !== null && validTo < to ? validTo : to }
}

/** Days on which a service was served, as stretches: its term, its season, less its interruptions. */
export function servedSpans(facts: ServedFacts, service: ServedRow, part: DaysSpan): DaysSpan[] {
  const term = within(service, part)
  if (term.from > term.to) return []
  const season = facts.seasons.filter(each => each.service === service.service)
  const off = facts.interruptions.filter(each => each.service === service.service)
  const always = !service.seasonal || season.some(each => each.from <= term.from && term.to <= each.to)
  if (always && off.length === 0) return [term]
  const isOn = (day: LocalDate) => (always || season.some(each => each.from <= day && day <= each.to)) && !off.some(each => each.from <= day && day <= each.to)
  const spans: DaysSpan[] = []
  for (let day = term.from; day <= term.to; day = addDays(day, 1)) {
    if (!isOn(day)) continue
    const last = spans.at(-1)
    if (last && addDays(last.to, 1) === day) spans[spans.length - 1] = { from: last.from, to: day }
    else spans.push({ from: day, to: day })
  }
  return spans
}

export function servedDays(facts: ServedFacts, service: ServedRow, part: DaysSpan): number {
  return daysOf(servedSpans(facts, service, part))
}

export function daysOf(spans: readonly DaysSpan[]): number {
  return spans.reduce((sum, { from, to }) => sum + daysBetween(from, to) + 1, 0)
}

type MonthFacts = ServedFacts & { readonly period: Period }

/** Days of the month on which any of these rows served; a day of two services is one day. */
export function daysTogether(facts: MonthFacts, rows: readonly ServedRow[]): number {
  const month = { from: firstDay(facts.period), to: lastDay(facts.period) }
  const days = new Set<number>()
  for (const { from, to } of rows.flatMap(row => servedSpans(facts, row, month))) {
    for (let day = Number(from.slice(8)); day <= Number(to.slice(8)); day += 1) days.add(day)
  }
  return days.size
}

export type KindsServed = { readonly kinds: readonly PremisesKind[]; readonly served: number }

/**
 * For whom a row of a service is, with the days of the month on which that service was served to them by any of its rows:
 * by these days a volume is divided, so that it is charged once, however often the way of charging changes.
 */
export function kindsServed(facts: MonthFacts, row: ServedRow, rows: readonly ServedRow[]): KindsServed[] {
  if (row.method !== 'METER') return [{ kinds: row.kinds, served: daysTogether(facts, rows) }]
  const made: { kinds: PremisesKind[]; served: number }[] = []
  for (const kind of row.kinds) {
    const served = daysTogether(facts, rows.filter(each => each.kinds.includes(kind)))
    const same = made.find(each => each.served === served)
    if (same) same.kinds.push(kind)
    else made.push({ kinds: [kind], served })
  }
  return made
}

/** Where a price by area, person or account was not served on all the days between its first and last: the stretches on which it was. */
export function spansOfPrice(facts: MonthFacts, row: ServedRow, price: DaysSpan & { readonly of: QuantityOf; readonly split: boolean }): { spans?: DaysSpan[] } {
  if (price.of === 'VOLUME' || price.of === 'SHARE') return {}
  const whole = price.split ? daysOf([price]) : daysInPeriod(facts.period)
  const spans = servedSpans(facts, row, price)
  return daysOf(spans) === whole ? {} : { spans }
}
