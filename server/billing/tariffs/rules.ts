// Which price is in force for a house, a service and each day of a month. Nothing is guessed: a day that is served
// and has no published price stops the service with a finding (settled 9).
import { roundRational } from '#server/kernel/money.ts'
import { multiplyDecimal, toRational } from '#server/kernel/quantity.ts'
import { addDays, daysInPeriod, firstDay, type LocalDate, type Period } from '#server/kernel/period.ts'
import type { Charge, ChargeMethod, Finding, PremisesKind, PriceItem, PricePlan, QuantityOf, TariffBasis, Unit, VatMode } from '#server/billing/schema.ts'
import { priceContribution, type ContributionRate } from '#server/billing/contributions/rules.ts'
import { covers, partsOf, startsOf, valueOn, type Dated, type IndexValue } from '#server/billing/tariffs/dated.ts'

export type Tariff = Dated & {
  readonly tariffId: string
  readonly territoryPrefix: string
  readonly service: Charge
  readonly basis: TariffBasis
  readonly unit: Unit
  readonly price: string | null
  readonly tiers: readonly { readonly upTo: string | null; readonly price: string }[] | null
  readonly stove: boolean | null
  readonly metered: boolean | null
  readonly buildingMeter: boolean | null
  readonly months: string | null
  readonly vatMode: VatMode
  readonly actId: string | null
  readonly source: string
  readonly demonstration: boolean
  readonly verified: boolean
  readonly published: boolean
}

export type HouseService = Dated & {
  readonly service: Charge
  readonly method: ChargeMethod
  readonly volumeOf: readonly string[]
  readonly kinds: readonly PremisesKind[]
  readonly seasonal: boolean
}

export type Span = { readonly service: string; readonly from: LocalDate; readonly to: LocalDate }

export type HouseFacts = {
  readonly period: Period
  readonly services: readonly HouseService[]
  readonly tariffs: readonly Tariff[]
  readonly norms: readonly (Dated & { readonly service: string; readonly perPerson: string; readonly territoryPrefix: string })[]
  readonly seasons: readonly Span[]
  readonly interruptions: readonly Span[]
  readonly rates: readonly ContributionRate[]
  readonly indexes: readonly IndexValue[]
  /** Volume of the house's own meter for the month, by service. */
  readonly buildingVolumes: readonly { readonly service: string; readonly volume: string }[]
  /** Area of the charged premises by kind; only where a service is shared by the house's meter. */
  readonly kinds: readonly { readonly kind: PremisesKind; readonly areaM2: string }[]
  readonly stoves: readonly boolean[]
}

export type Planned = { readonly plan: PricePlan; readonly findings: readonly Finding[] }

type Part = { readonly from: LocalDate; readonly to: LocalDate; readonly days: number }
type Made = { readonly items: readonly PriceItem[]; readonly finding: Finding | null }
type Wanted = { readonly facts: HouseFacts; readonly service: HouseService; readonly volumes: readonly string[] }

const order: readonly Charge[] = ['COLD_WATER', 'HOT_WATER', 'SEWERAGE', 'ELECTRICITY', 'HEAT', 'GAS', 'WASTE', 'LIFT', 'MAINTENANCE', 'SAVINGS']
const bases: Record<ChargeMethod, readonly TariffBasis[]> = {
  METER: ['VOLUME', 'VOLUME_TIERED', 'TIERED_PER_PERSON', 'GCAL', 'PERSON'],
  AREA: ['AREA'], PERSON: ['PERSON'], BUILDING_METER: ['GCAL'], FIXED: ['FIXED'],
}

/** The prices of a house and month. Volumes are read, and estimated, only for what has a price. */
export function planPrices(facts: HouseFacts): Planned {
  const metered = facts.services.filter(each => each.method === 'METER' && priceService({ facts, service: each, volumes: sourcesOf(each) }).items.length > 0)
  const volumes = [...new Set(metered.flatMap(sourcesOf))].sort()
  const made = facts.services.map(service => priceService({ facts, service, volumes }))
  const contributions = (['CURRENT', 'SAVINGS'] as const).map(fund => priceContribution(facts, fund))
  const items = [...made, ...contributions].flatMap<PriceItem>(each => each.items)
  return {
    plan: {
      items: items.toSorted((a, b) => order.indexOf(a.service) - order.indexOf(b.service)),
      volumes: volumes.map(service => ({ service, norm: normOf(facts, service) })),
    },
    findings: [...made.flatMap(each => each.finding ?? []), ...contributions.flatMap(each => each.findings)],
  }
}

/** Days of a month on which a service was served: its term, its season, less its interruptions. */
export function servedDays(facts: HouseFacts, service: HouseService, part: { from: LocalDate; to: LocalDate }): number {
  const season = facts.seasons.filter(each => each.service === service.service)
  const off = facts.interruptions.filter(each => each.service === service.service)
  let days = 0
  for (let day = part.from; day <= part.to; day = addDays(day, 1)) {
    const inTerm = service.validFrom <= day && (service.validTo === null || day <= service.validTo)
    const inSeason = !service.seasonal || season.some(each => each.from <= day && day <= each.to)
    if (inTerm && inSeason && !off.some(each => each.from <= day && day <= each.to)) days += 1
  }
  return days
}

function sourcesOf(service: HouseService): string[] {
  return service.volumeOf.length > 0 ? [...service.volumeOf] : [service.service]
}

function normOf(facts: HouseFacts, service: string): string | null {
  const day = firstDay(facts.period)
  const fitting = facts.norms.filter(each => each.service === service && covers(each, day))
  return fitting.toSorted((a, b) => b.territoryPrefix.length - a.territoryPrefix.length)[0]?.perPerson ?? null
}

function priceService(wanted: Wanted): Made {
  const { facts, service } = wanted
  const known = facts.tariffs.filter(each => each.service === service.service && bases[service.method].includes(each.basis))
  const tariffs = known.some(each => each.published) ? known.filter(each => each.published) : known
  const stoves = tariffs.some(each => each.stove !== null) ? [...new Set(facts.stoves)].sort() : [null]
  const meters = service.method === 'METER' && tariffs.some(each => each.metered === false) ? [true, false] : [null]
  const items: PriceItem[] = []
  const parts = partsOf(facts.period, tariffs, startsOf(facts, 'VAT')).map(part => ({ ...part, days: servedDays(facts, service, part) })).filter(part => part.days > 0)
  for (const stove of stoves) for (const metered of meters) for (const [index, part] of parts.entries()) {
    const tariff = inForce(tariffs, { service, stove, metered, day: part.from })
    const made = tariff === null ? finding(service.service, 'noPrice', part.from) : priceItem(wanted, tariff, { ...part, index, stove, metered })
    if ('code' in made) return { items: [], finding: made }
    items.push(made)
  }
  return { items, finding: null }
}

type Case = { readonly service: HouseService; readonly stove: boolean | null; readonly metered: boolean | null; readonly day: LocalDate }

function inForce(tariffs: readonly Tariff[], { service, stove, metered, day }: Case): Tariff | null {
  const month = String(Number(day.slice(5, 7)))
  const atInlet = service.method === 'BUILDING_METER'
  const fitting = tariffs.filter(each => covers(each, day) && allows(each.stove, stove) && allows(each.buildingMeter, atInlet)
    && (metered === null ? each.metered !== false || service.method !== 'METER' : allows(each.metered, metered) && (each.basis === 'PERSON') === !metered)
    && (each.months === null || each.months.split(',').includes(month)))
  return fitting.toSorted((a, b) => rank(b) - rank(a))[0] ?? null
}

function allows(condition: boolean | null, fact: boolean | null): boolean {
  return condition === null || condition === fact
}

// The nearer territory first, then the narrower condition.
function rank(tariff: Tariff): number {
  const conditions = [tariff.stove, tariff.metered, tariff.buildingMeter, tariff.months].filter(each => each !== null).length
  return tariff.territoryPrefix.length * 10 + conditions
}

function finding(service: Charge, code: Finding['code'], day: LocalDate): Finding {
  return { service, code, day }
}

type Place = Part & { readonly index: number; readonly stove: boolean | null; readonly metered: boolean | null }

function priceItem({ facts, service, volumes }: Wanted, tariff: Tariff, place: Place): PriceItem | Finding {
  if (tariff.vatMode === 'UNKNOWN') return finding(service.service, 'vatUnknown', place.from)
  if (!tariff.published) return finding(service.service, 'noPrice', place.from)
  const rate = tariff.vatMode === 'NONE' ? '0' : valueOn(facts, 'VAT', place.from)
  if (rate === null) return finding(service.service, 'noVatRate', place.from)
  const house = service.method === 'BUILDING_METER' ? houseShare(facts, service, tariff) : none
  if (house === null) return finding(service.service, 'noHouseMeter', place.from)
  const of = quantityOf(service, tariff)
  return {
    key: keyOf(service.service, place), service: service.service, fund: 'UTILITIES', of,
    volumeAt: of === 'VOLUME' || place.metered !== null ? sourcesOf(service).map(each => volumes.indexOf(each) + 1) : [],
    unit: tariff.unit, ...tiersOf(tariff), perPerson: tariff.basis === 'TIERED_PER_PERSON',
    kinds: service.kinds, stove: place.stove, metered: place.metered, days: place.days, monthDays: daysInPeriod(facts.period),
    vatBp: tariff.vatMode === 'NET' ? basisPoints(rate) : 0, vatMode: tariff.vatMode, ...house,
    tariffId: tariff.tariffId, actId: tariff.actId, source: tariff.source, validFrom: tariff.validFrom,
    demonstration: tariff.demonstration, verified: tariff.verified, index: null,
  }
}

function keyOf(service: Charge, place: Place): string {
  const stove = place.stove === null ? '' : place.stove ? '.stove' : '.plain'
  const metered = place.metered === null ? '' : place.metered ? '.metered' : '.unmetered'
  return `${service}${stove}${metered}${place.index === 0 ? '' : `.${place.index + 1}`}`
}

function quantityOf(service: HouseService, tariff: Tariff): QuantityOf {
  if (service.method === 'BUILDING_METER') return 'SHARE'
  if (tariff.basis === 'AREA') return 'AREA'
  if (tariff.basis === 'PERSON') return 'PERSONS'
  return tariff.basis === 'FIXED' ? 'ONE' : 'VOLUME'
}

function tiersOf(tariff: Tariff): { upTo: string[]; prices: string[] } {
  if (tariff.tiers === null) return { upTo: [], prices: [tariff.price ?? '0'] }
  return { upTo: tariff.tiers.flatMap(tier => tier.upTo ?? []), prices: tariff.tiers.map(tier => tier.price) }
}

/** '16' percent is 1600: VAT is counted in whole hundredths of a percent. */
export function basisPoints(percent: string): number {
  const { numerator, denominator } = toRational(multiplyDecimal(percent, '100'))
  return Number(roundRational(numerator, denominator))
}

type House = { readonly houseNet: string | null; readonly houseQuantity: string | null; readonly houseArea: string | null }
const none: House = { houseNet: null, houseQuantity: null, houseArea: null }

function houseShare(facts: HouseFacts, service: HouseService, tariff: Tariff): House | null {
  const volume = facts.buildingVolumes.find(each => each.service === service.service)?.volume
  if (volume === undefined) return null
  const { numerator, denominator } = toRational(multiplyDecimal(volume, tariff.price ?? '0'))
  return { houseNet: String(roundRational(numerator * 100n, denominator)), houseQuantity: volume, houseArea: areaOf(facts, service.kinds) }
}

function areaOf(facts: HouseFacts, kinds: readonly PremisesKind[]): string {
  const areas = facts.kinds.filter(each => kinds.includes(each.kind)).map(each => toRational(multiplyDecimal(each.areaM2, '100')))
  const hundredths = areas.reduce((sum, each) => sum + roundRational(each.numerator, each.denominator), 0n)
  return multiplyDecimal(String(hundredths), '0.01')
}
