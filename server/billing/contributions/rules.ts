// Contributions per m²: what the meeting decided or the law sets, by date, within what the law allows.
import { compareDecimal, multiplyDecimal } from '#server/kernel/quantity.ts'
import { daysBetween, daysInPeriod, firstDay, lastDay, type LocalDate, type Period } from '#server/kernel/period.ts'
import type { Charge, Finding, PremisesKind, PriceItem } from '#server/billing/schema.ts'
import { covers, partsOf, startsOf, valueOn, type Dated, type IndexValue } from '#server/billing/dates/rules.ts'

export type ContributionRate = Dated & {
  readonly fund: 'CURRENT' | 'SAVINGS'
  readonly kind: PremisesKind
  readonly perM2: string | null
  readonly indexCode: string | null
  readonly indexMultiple: string | null
  readonly basis: string
}

type RateFacts = { readonly period: Period; readonly rates: readonly ContributionRate[]; readonly indexes: readonly IndexValue[] }
type MadeContribution = { readonly items: readonly PriceItem[]; readonly findings: readonly Finding[] }

/** Prices of a contribution by kind of premises and part of the month, each judged by the law. */
export function priceContribution(facts: RateFacts, fund: 'CURRENT' | 'SAVINGS'): MadeContribution {
  const service: Charge = fund === 'CURRENT' ? 'MAINTENANCE' : 'SAVINGS'
  const items: PriceItem[] = []
  const findings: Finding[] = []
  for (const kind of [...new Set(facts.rates.map(each => each.kind))].sort()) {
    const rates = facts.rates.filter(each => each.fund === fund && each.kind === kind && each.validFrom <= lastDay(facts.period)
      && (each.validTo === null || each.validTo >= firstDay(facts.period)))
    const starts = rates.flatMap(each => (each.indexCode === null ? [] : startsOf(facts, each.indexCode)))
    const parts = rates.length === 0 ? [] : partsOf(facts.period, rates, starts)
    for (const [index, part] of parts.entries()) {
      const rate = rates.find(each => covers(each, part.from))
      const price = rate ? rateOn(facts, rate, part.from) : null
      if (!rate || price === null) {
        findings.push({ service, code: rate ? 'noIndex' : 'noPrice', day: part.from, kind })
        break
      }
      const unlawful = judgeContribution(facts, { service, fund, kind, price, part })
      if (unlawful !== null) {
        findings.push(unlawful)
        break
      }
      items.push(contributionItem({ facts, service, fund, rate, price, kind, part, index, split: parts.length > 1 }))
    }
  }
  const refused = new Set(findings.map(each => each.kind))
  return { items: mergeKinds(items.filter(each => !refused.has(each.kinds[0]))), findings }
}

type Judged = { service: Charge; fund: 'CURRENT' | 'SAVINGS'; kind: PremisesKind; price: string; part: { from: LocalDate; to: LocalDate } }

/**
 * Kazakhstan (kazakhstan.md 4.1): savings of at least so many MRP per m², and premises that are no flats pay at most so
 * many times the flats' rate. Both are dated indexes; where a country or a day has none, nothing is limited.
 */
function judgeContribution(facts: RateFacts, { service, fund, kind, price, part }: Judged): Finding | null {
  const flats = facts.rates.filter(each => each.fund === fund && each.kind === 'APARTMENT')
  const cuts = partsOf(facts.period, flats, [...startsOf(facts, 'MRP'), ...startsOf(facts, 'SAVINGS_MIN_MRP'), ...startsOf(facts, 'OTHER_UNITS_MAX_TIMES'), part.from])
  for (const { from: day } of cuts.filter(each => each.from >= part.from && each.from <= part.to)) {
    const least = fund === 'SAVINGS' ? productOf(valueOn(facts, 'MRP', day), valueOn(facts, 'SAVINGS_MIN_MRP', day)) : null
    if (least !== null && compareDecimal(price, least) < 0) return { service, code: 'belowMinimum', day, kind, price, limit: least }
    const rate = kind === 'APARTMENT' ? undefined : flats.find(each => covers(each, day))
    const most = rate === undefined ? null : productOf(rateOn(facts, rate, day), valueOn(facts, 'OTHER_UNITS_MAX_TIMES', day))
    if (most !== null && compareDecimal(price, most) > 0) return { service, code: 'aboveFlats', day, kind, price, limit: most }
  }
  return null
}

function productOf(one: string | null, other: string | null): string | null {
  return one === null || other === null ? null : multiplyDecimal(one, other)
}

function rateOn(facts: RateFacts, rate: ContributionRate, day: LocalDate): string | null {
  if (rate.indexCode === null) return rate.perM2
  const value = valueOn(facts, rate.indexCode, day)
  return value === null ? null : multiplyDecimal(value, rate.indexMultiple ?? '0')
}

type Contribution = {
  facts: RateFacts; service: Charge; fund: 'CURRENT' | 'SAVINGS'; rate: ContributionRate; price: string
  kind: PremisesKind; part: { from: LocalDate; to: LocalDate }; index: number; split: boolean
}

function contributionItem({ facts, service, fund, rate, price, kind, part, index, split }: Contribution): PriceItem {
  return {
    key: `${service}.${kind}${index === 0 ? '' : `.${index + 1}`}`, service, fund, of: 'AREA', volumeAt: [], unit: 'm2', upTo: [], prices: [price],
    perPerson: false, kinds: [kind], stove: null, metered: null, days: daysBetween(part.from, part.to) + 1, monthDays: daysInPeriod(facts.period), ...(split ? part : {}),
    span: part, vatBp: 0, vatMode: 'NONE', houseNet: null, houseQuantity: null, houseArea: null, tariffId: null, actId: null, source: rate.basis, validFrom: rate.validFrom, demonstration: false, verified: true,
    index: rate.indexCode === null ? null : { code: rate.indexCode, value: valueOn(facts, rate.indexCode, part.from) ?? '0', multiple: rate.indexMultiple ?? '0' },
  }
}

// Kinds of premises with one and the same price are one price.
function mergeKinds(items: readonly PriceItem[]): PriceItem[] {
  const merged: PriceItem[] = []
  for (const item of items) {
    const same = merged.findIndex(each => compareDecimal(each.prices[0] ?? '0', item.prices[0] ?? '0') === 0 && each.days === item.days
      && each.validFrom === item.validFrom && each.source === item.source && each.key.split('.')[2] === item.key.split('.')[2])
    const there = merged[same]
    if (there) merged[same] = { ...there, kinds: [...there.kinds, ...item.kinds] }
    else merged.push(item)
  }
  return merged
}
