import { daysInPeriod, nextPeriod, type LocalDate, type Period } from '#server/kernel/period.ts'
import type { BillLine, Finding, PriceItem, PricePlan } from './schema.ts'
import { isExact, itemOf } from './charges/rules.ts'

/** The day by which a month is paid: a day of the next month, set by law (KZ the 25th, UZ the 15th). */
export function dueDate(period: Period, day: number): LocalDate {
  const next = nextPeriod(period)
  return `${next}-${String(Math.min(day, daysInPeriod(next))).padStart(2, '0')}`
}

/** Number of a bill from its account's: nothing to look up, the same at every run. */
export function billNumber(accountNumber: string, period: Period): string {
  return `${accountNumber}-${period.replace('-', '')}`
}

/** True when every printed line is what its inputs give; the run is not accepted otherwise. */
export function allExact(lines: readonly BillLine[], prices: PricePlan): boolean {
  return lines.every(line => isExact(itemOf(prices.items, line), line))
}

/** Findings of flats after those of the house, in the order of the doors: the preview and the run name the same. */
export function gapsInOrder(gaps: readonly Finding[]): Finding[] {
  const place = (each: Finding) => `${(each.unit ?? '').padStart(20, '0')}|${each.premisesId ?? ''}|${each.service}`
  return gaps.toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
}

/** VAT as rows of its own, one for each rate: what it was counted from, and how much (settled 8). */
export function vatRows(lines: readonly { item: PriceItem; line: BillLine }[]): { vatBp: number; net: bigint; vat: bigint }[] {
  const rows = new Map<number, { vatBp: number; net: bigint; vat: bigint }>()
  for (const { item, line } of lines) {
    if (item.vatBp === 0) continue
    const row = rows.get(item.vatBp) ?? { vatBp: item.vatBp, net: 0n, vat: 0n }
    rows.set(item.vatBp, { vatBp: item.vatBp, net: row.net + BigInt(line.net), vat: row.vat + BigInt(line.vat) })
  }
  return [...rows.values()].sort((a, b) => b.vatBp - a.vatBp)
}
