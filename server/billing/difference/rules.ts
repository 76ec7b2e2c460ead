// A tariff as a person reads it, and what one says otherwise than another.
import { invalid } from '#server/kernel/errors.ts'
import { compareDecimal, parseDecimal, type Decimal } from '#server/kernel/quantity.ts'
import type { Service, TariffBasis, Unit, VatMode } from '#server/billing/schema.ts'

export type Tier = { readonly upTo: string | null; readonly price: string }
export type TariffState = 'STORED' | 'DRAFT' | 'DECLINED' | 'TAKEN_BACK' | 'COMING' | 'IN_FORCE' | 'ENDED'

export type TariffWords = {
  readonly territoryPrefix: string
  readonly service: Service
  readonly supplier: string | null
  readonly customerClass: string
  readonly basis: TariffBasis
  readonly unit: Unit
  readonly price: string | null
  readonly tiers: readonly Tier[] | null
  readonly stove: boolean | null
  readonly metered: boolean | null
  readonly buildingMeter: boolean | null
  readonly privileged: boolean | null
  readonly months: string | null
  readonly vatMode: VatMode
  /** Percent that the act itself names; otherwise the law's of the day. */
  readonly vatRate: string | null
  readonly actId: string | null
  readonly source: string
  readonly validFrom: string
  readonly validTo: string | null
}

export const tariffFields = ['territoryPrefix', 'supplier', 'customerClass', 'basis', 'unit', 'price', 'tiers', 'stove', 'metered', 'buildingMeter', 'privileged', 'months', 'vatMode', 'vatRate', 'actId', 'source',
  'validFrom', 'validTo'] as const satisfies readonly (keyof TariffWords)[]
export type TariffField = (typeof tariffFields)[number]

/** Fields in which the two differ, in the order in which they are read. */
export function differences(one: TariffWords, other: TariffWords): TariffField[] {
  return tariffFields.filter(field => JSON.stringify(one[field]) !== JSON.stringify(other[field]))
}

const volumes: readonly TariffBasis[] = ['VOLUME', 'VOLUME_TIERED', 'TIERED_PER_PERSON']
const basesOf: Record<Service, readonly TariffBasis[]> = {
  COLD_WATER: [...volumes, 'PERSON'], HOT_WATER: [...volumes, 'PERSON', 'GCAL'], SEWERAGE: [...volumes, 'PERSON'], ELECTRICITY: volumes, GAS: [...volumes, 'PERSON', 'AREA'],
  HEAT: ['GCAL', 'AREA'], WASTE: ['PERSON', 'FIXED', 'AREA', 'VOLUME'], LIFT: ['AREA', 'PERSON', 'FIXED'],
}
const units: Partial<Record<TariffBasis, Unit>> = { AREA: 'm2', GCAL: 'Gcal', PERSON: 'person', FIXED: 'account' }

export function unitOf(service: Service, basis: TariffBasis): Unit {
  if (!basesOf[service].includes(basis)) throw invalid('tariffs.basisDoesNotFit')
  return units[basis] ?? (service === 'ELECTRICITY' ? 'kWh' : 'm3')
}

export function isTiered(basis: TariffBasis): boolean {
  return basis === 'VOLUME_TIERED' || basis === 'TIERED_PER_PERSON'
}

type Figures = { readonly basis: TariffBasis; readonly price: string | null; readonly tiers: readonly Tier[] | null }

/** Figures as typed, in canonical form: one price, or tiers whose limits grow and of which only the last may have none. */
export function judgeFigures({ basis, price, tiers }: Figures): { price: Decimal | null; tiers: Tier[] | null } {
  if (!isTiered(basis)) return { price: figure(price, 'tariffs.priceUnreadable'), tiers: null }
  let before: Decimal = '0'
  const read = (tiers ?? []).map((tier, index, all) => {
    const upTo = tier.upTo === null ? null : figure(tier.upTo, 'tariffs.tiersUnreadable')
    if (upTo === null ? index < all.length - 1 : compareDecimal(upTo, before) <= 0) throw invalid('tariffs.tiersUnreadable')
    before = upTo ?? before
    return { upTo, price: figure(tier.price, 'tariffs.tiersUnreadable') }
  })
  if (read.length === 0) throw invalid('tariffs.tiersUnreadable')
  return { price: null, tiers: read }
}

function figure(text: string | null, code: 'tariffs.priceUnreadable' | 'tariffs.tiersUnreadable'): Decimal {
  const read = text === null ? null : parseDecimal(text)
  if (read === null || compareDecimal(read, '0') < 0 || compareDecimal(read, '1000000000') >= 0 || (read.split('.')[1] ?? '').length > 4) throw invalid(code)
  return read
}

/** Percent that an act names; nothing where there is no VAT to name. */
export function judgeRate(vatMode: VatMode, text: string | null): Decimal | null {
  if (text === null || (vatMode !== 'NET' && vatMode !== 'INCLUDED')) return null
  const rate = parseDecimal(text)
  if (rate === null || compareDecimal(rate, '0') <= 0 || compareDecimal(rate, '100') >= 0 || (rate.split('.')[1] ?? '').length > 2) throw invalid('tariffs.rateUnreadable')
  return rate
}

/** The part of a classifier code that all places inside it share: '750000000' is '75', '751410000' is '751410'. */
export function prefixOf(country: string, code: string): string {
  return country === 'KZ' ? code.replace(/000$/, '').replace(/(00)+$/, '') : code
}
