// Prices of heat contracts for the days of a month.
import 'server-only'
import { daysInPeriod } from '#server/kernel/period.ts'
import type { Finding, HeatPrice, PriceItem } from '#server/billing/schema.ts'
import { partsOf, startsOf } from '#server/billing/dates/rules.ts'
import { bases, spansOf, vatOf, type HouseService, type Priced, type Tariff } from '#server/billing/tariffs/rules.ts'
import type { House } from './facts.ts'
import { overlap, servedIn, type Range } from './rules.ts'

export type Way = { readonly service: 'HEAT' | 'HOT_WATER'; readonly method: HouseService['method']; readonly tariffs: readonly Tariff[]; /** Days that are priced. */ readonly days: readonly Range[] }
export type Spans = { readonly spans: readonly Priced[] } | { readonly finding: Finding }

/** The priced days in spans of one price each; a day that is served and has no published price is a finding (settled 9). */
export function pricesOf(house: House, { service, method, tariffs: all, days }: Way): Spans {
  const { facts } = house
  const known = all.filter(each => each.service === service && bases[method].includes(each.basis) && each.tiers === null)
  const tariffs = known.some(each => each.published) ? known.filter(each => each.published) : known
  const parts = partsOf(facts.period, tariffs, startsOf(facts, 'VAT'))
    .map(part => ({ ...part, days: days.reduce((sum, each) => sum + served(part, each, house.off[service]), 0) })).filter(part => part.days > 0)
  const spans = spansOf({ facts, service: asService(service, method), rows: [], volumes: [] }, { tariffs, parts, flats: { stove: null, privileged: null, metered: null } })
  return 'code' in spans ? { finding: spans } : { spans }
}

function served(part: Range, range: Range, off: House['off']['HEAT']): number {
  const both = overlap(part, range)
  return both === null ? 0 : servedIn(both, off)
}

function asService(service: Way['service'], method: Way['method']): HouseService {
  return { service, method, volumeOf: [], kinds: [], seasonal: false, validFrom: '1900-01-01', validTo: null }
}

type Shape = {
  readonly key: string
  readonly service: Way['service']
  readonly of: PriceItem['of']
  readonly heat: HeatPrice
  /** All days of all prices of the month, where a volume is divided by them. */
  readonly allDays?: number
  readonly price?: string
  readonly unit?: PriceItem['unit']
  readonly monthDays?: number
  readonly house?: Pick<PriceItem, 'houseNet' | 'houseQuantity' | 'houseArea'>
}

/** The price as the run keeps it. */
export function itemOf(house: House, span: Priced, shape: Shape): PriceItem | Finding {
  const { tariff } = span
  const vat = vatOf(tariff, span.rate)
  if (typeof vat === 'string') return { service: shape.service, code: vat, day: span.from }
  const monthDays = shape.monthDays ?? shape.allDays ?? daysInPeriod(house.facts.period)
  const cut = span.from > house.month.from || span.to < house.month.to
  return {
    key: shape.key, service: shape.service, fund: 'UTILITIES', of: shape.of, volumeAt: [], unit: shape.unit ?? tariff.unit, upTo: [], prices: [shape.price ?? tariff.price ?? '0'], perPerson: false, kinds: [],
    stove: null, metered: null, ...(cut ? { from: span.from, to: span.to } : {}), days: span.days, monthDays, ...vat, houseNet: null, houseQuantity: null, houseArea: null, ...shape.house,
    tariffId: tariff.tariffId, actId: tariff.actId, source: tariff.source, validFrom: tariff.validFrom, demonstration: tariff.demonstration, verified: tariff.verified, heat: shape.heat, index: null,
  }
}

export function keyOf(name: string, index: number): string {
  return index === 0 ? name : `${name}.${index + 1}`
}

export function tariffsFor({ facts, heat }: House, customerClass: 'POPULATION' | 'OTHER'): readonly Tariff[] {
  return customerClass === 'OTHER' ? heat.otherTariffs : facts.tariffs
}
