// Which price is in force for a house, a service and each day of a month. Nothing is guessed: a day that is served
// and has no published price stops the service with a finding (settled 9).
import { roundRational } from '#server/kernel/money.ts'
import { decimalOf, multiplyDecimal, toRational } from '#server/kernel/quantity.ts'
import { daysInPeriod, firstDay, type LocalDate, type Period } from '#server/kernel/period.ts'
import type { Charge, ChargeMethod, CommonBy, Finding, NormFrom, PremisesKind, PrepaidRule, PriceItem, PricePlan, QuantityOf, TariffBasis } from '#server/billing/schema.ts'
import { priceContribution, type ContributionRate } from '#server/billing/contributions/rules.ts'
import { penaltyItem, type PenaltyRule } from '#server/billing/penalties/rules.ts'
import { areaOf, basisPoints, covers, partsOf, startsOf, valueOn, type Dated, type IndexValue } from '#server/billing/dates/rules.ts'
import type { TariffWords } from '#server/billing/difference/rules.ts'
import { daysTogether, kindsServed, servedDays, spansOfPrice, within, type KindsServed } from '#server/billing/served/rules.ts'

export type Tariff = Omit<TariffWords, 'service' | 'supplier' | 'customerClass'> & {
  readonly tariffId: string
  readonly service: Charge
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
  /** How accounts divide what the house's meter saw and no flat; absent: they do not. */
  readonly commonSharedBy?: CommonBy
}

export type Span = { readonly service: string; readonly from: LocalDate; readonly to: LocalDate }

/** What the house's meters saw since the service was shared last; with `since`, months that are made up, and what flats and other premises were charged in them. */
export type SharedVolume = { readonly volume: string; readonly since?: Period; readonly flats?: string; readonly apart?: string }

export type Norm = Dated & Omit<NormFrom, 'validFrom'> & { readonly service: string; readonly perPerson: string; readonly territoryPrefix: string }

export type HouseFacts = {
  readonly period: Period
  readonly services: readonly HouseService[]
  readonly tariffs: readonly Tariff[]
  /** Of the customer class OTHER: shops and offices; absent where the place has none. */
  readonly otherTariffs?: readonly Tariff[]
  readonly norms: readonly Norm[]
  readonly seasons: readonly Span[]
  readonly interruptions: readonly Span[]
  readonly rates: readonly ContributionRate[]
  readonly indexes: readonly IndexValue[]
  /** Volume of the house's own meter for the month, by service. `shared`: of a service whose common part is shared; null, it cannot be told. */
  readonly buildingVolumes: readonly { readonly service: string; readonly volume: string; readonly shared?: SharedVolume | null }[]
  /** Area of the charged premises by kind; only where a service is shared by the house's meter. */
  readonly kinds: readonly { readonly kind: PremisesKind; readonly areaM2: string }[]
  readonly stoves: readonly boolean[]
  /** Services for which some flat of the house has a privilege. */
  readonly privileges: readonly string[]
  /** Rules of penalties of the country that are switched on, or have counted days of posted bills. */
  readonly penalties: readonly PenaltyRule[]
  /** Of volumes paid ahead of a rise, and the tariffs of the last months; absent where the country has no such rule. */
  readonly prepaid?: { readonly rules: readonly PrepaidRule[]; readonly former: readonly Tariff[] }
  /** The house has a heat contract, or had one within a year; absent where it never had. */
  readonly heat?: true
  /** Readings of months that are billed were corrected within a year; absent: none. */
  readonly corrected?: true
}

export type Planned = { readonly plan: PricePlan; readonly findings: readonly Finding[] }

type Part = { readonly from: LocalDate; readonly to: LocalDate; readonly days: number }
type Made = { readonly items: readonly PriceItem[]; readonly finding: Finding | null }
type HouseSum = Pick<PriceItem, 'houseNet' | 'houseQuantity' | 'houseArea' | 'houseDays'>
/** `rows`: all rows of the service in the month; the way of charging may change inside it. */
type Wanted = { readonly facts: HouseFacts; readonly service: HouseService; readonly rows: readonly HouseService[]; readonly volumes: readonly string[] }

const order: readonly Charge[] = ['COLD_WATER', 'HOT_WATER', 'SEWERAGE', 'ELECTRICITY', 'HEAT', 'GAS', 'WASTE', 'LIFT', 'MAINTENANCE', 'SAVINGS', 'PENALTY']
export const bases: Record<ChargeMethod, readonly TariffBasis[]> = {
  METER: ['VOLUME', 'VOLUME_TIERED', 'TIERED_PER_PERSON', 'GCAL', 'PERSON'],
  AREA: ['AREA'], PERSON: ['PERSON'], BUILDING_METER: ['GCAL'], FIXED: ['FIXED'],
}

/** The prices of a house and month. Volumes are read, and estimated, only for what has a price. */
export function planPrices(facts: HouseFacts): Planned {
  const groups = [...new Set(facts.services.map(each => each.service))].map(name => facts.services.filter(each => each.service === name))
  const metered = groups.filter(rows => rows.some(each => each.method === 'METER')).flatMap(rows => meteredRows(facts, rows))
  const volumes = [...new Set(metered.flatMap(sourcesOf))].sort()
  const made = groups.map(rows => together(rows.map(service => priceService({ facts, service, rows, volumes }))))
  const contributions = (['CURRENT', 'SAVINGS'] as const).map(fund => priceContribution(facts, fund))
  const items = [...[...made, ...contributions].flatMap<PriceItem>(each => each.items), ...penaltyItems(facts)]
  return {
    plan: {
      items: items.toSorted((a, b) => order.indexOf(a.service) - order.indexOf(b.service)),
      volumes: volumes.map(service => volumeOf(facts, service)),
    },
    findings: [...made.flatMap(each => each.finding ?? []), ...contributions.flatMap(each => each.findings)],
  }
}

/** Rows that charge by volume and have a price. */
function meteredRows(facts: HouseFacts, rows: readonly HouseService[]): HouseService[] {
  const made = rows.map(service => priceService({ facts, service, rows, volumes: rows.flatMap(sourcesOf) }))
  return together(made).finding ? [] : rows.filter((row, index) => row.method === 'METER' && (made[index]?.items.length ?? 0) > 0)
}

/** One service: without a price for a day of any of its rows there is none at all. Prices of one kind of flats are numbered. */
function together(made: readonly Made[]): Made {
  const finding = made.find(each => each.finding !== null)?.finding ?? null
  if (finding) return { items: [], finding }
  const seen = new Map<string, number>()
  const items = made.flatMap(each => each.items).map(item => {
    const place = (seen.get(item.key) ?? 0) + 1
    seen.set(item.key, place)
    return place === 1 ? item : { ...item, key: `${item.key}.${place}` }
  })
  return { items, finding: null }
}

function penaltyItems({ penalties, period }: HouseFacts): PriceItem[] {
  const kinds = [...new Map(penalties.map(({ fund, payerKind }) => [`${fund}|${payerKind}`, { fund, payerKind }])).values()]
  return kinds.flatMap(each => penaltyItem(penalties, { ...each, period }) ?? [])
}

function sourcesOf(service: HouseService): string[] {
  return service.volumeOf.length > 0 ? [...service.volumeOf] : [service.service]
}

// Where a service was served for a part of the month, only what is estimated is cut to these days: a meter has seen no others.
function volumeOf(facts: HouseFacts, service: string): PricePlan['volumes'][number] {
  const found = normOf(facts, service)
  const norm = found?.perPerson ?? null
  const from = found === undefined ? {} : { normFrom: { actId: found.actId, source: found.source, validFrom: found.validFrom, demonstration: found.demonstration, verified: found.verified } }
  const using = facts.services.filter(each => each.method === 'METER' && sourcesOf(each).includes(service)).map(each => each.service)
  const days = daysTogether(facts, facts.services.filter(each => using.some(own => own === service) ? each.service === service : using.includes(each.service)))
  const monthDays = daysInPeriod(facts.period)
  if (days >= monthDays) return { service, norm, ...from }
  const { numerator, denominator } = toRational(norm ?? '0')
  return { service, norm: norm && decimalOf({ numerator: numerator * BigInt(days), denominator: denominator * BigInt(monthDays) }, 6), served: [days, monthDays], ...from }
}

/** The norm of the month's first day: what is published before what is shown for demonstration, then that of the nearer place. */
function normOf(facts: HouseFacts, service: string): Norm | undefined {
  const day = firstDay(facts.period)
  const [nearest] = facts.norms.filter(each => each.service === service && covers(each, day)).toSorted((a, b) => Number(a.demonstration) - Number(b.demonstration) || b.territoryPrefix.length - a.territoryPrefix.length)
  return nearest
}

/** One customer class: its tariffs, and the premises of the row that are of it. */
type OfClass = { readonly tariffs: readonly Tariff[]; readonly kinds: readonly PremisesKind[]; readonly suffix: '' | '.other' }

// Where the place publishes a price of the service for other customers, shops and offices pay that and flats their own.
function priceService(wanted: Wanted): Made {
  const { facts, service } = wanted
  const fitting = (tariffs: readonly Tariff[]) => {
    const known = tariffs.filter(each => each.service === service.service && bases[service.method].includes(each.basis))
    return known.some(each => each.published) ? known.filter(each => each.published) : known
  }
  const others = service.method === 'BUILDING_METER' ? [] : fitting(facts.otherTariffs ?? [])
  const apart = (kind: PremisesKind) => others.length > 0 && kind === 'NON_RESIDENTIAL'
  const classes: OfClass[] = [
    { tariffs: fitting(facts.tariffs), kinds: service.kinds.filter(kind => !apart(kind)), suffix: '' }, { tariffs: others, kinds: service.kinds.filter(apart), suffix: '.other' }]
  const made = classes.filter(each => each.kinds.length > 0).map(each => priceClass(wanted, each))
  return { items: made.flatMap(each => each.items), finding: made.find(each => each.finding !== null)?.finding ?? null }
}

function priceClass(wanted: Wanted, { tariffs, kinds, suffix }: OfClass): Made {
  const { facts, service, rows } = wanted
  const parts = partsOf(facts.period, tariffs, startsOf(facts, 'VAT')).map(part => within(service, part)).map(part => ({ ...part, days: servedDays(facts, service, part) })).filter(part => part.days > 0)
  const places = parts.length === 0 ? [] : kindsServed(facts, service, rows).map(place => ({ ...place, kinds: place.kinds.filter(kind => kinds.includes(kind)) })).filter(place => place.kinds.length > 0)
  const items: PriceItem[] = []
  for (const flats of casesOf(facts, service, tariffs)) {
    const spans = spansOf(wanted, { tariffs, parts, flats })
    if ('code' in spans) return { items: [], finding: spans }
    for (const place of places) {
      for (const span of spans) {
        const made = priceItem(wanted, span, { flats, suffix, ...place })
        if ('code' in made) return { items: [], finding: made }
        items.push(made)
      }
    }
  }
  return { items, finding: null }
}

/** Which flats a price is for; null: it makes no difference. */
type Flats = { readonly stove: boolean | null; readonly privileged: boolean | null; readonly metered: boolean | null }

function casesOf(facts: HouseFacts, service: HouseService, tariffs: readonly Tariff[]): Flats[] {
  // What the house's own meter has seen is shared at one price.
  const shared = service.method === 'BUILDING_METER'
  const stoves = !shared && tariffs.some(each => each.stove !== null) ? [...new Set(facts.stoves)].sort() : [null]
  const some = facts.privileges.includes(service.service)
  const privileges = !shared && tariffs.some(each => each.privileged !== null) ? (some ? [false, true] : [false]) : [null]
  const meters = service.method === 'METER' && tariffs.some(each => each.metered === false) ? [true, false] : [null]
  return stoves.flatMap(stove => privileges.flatMap(privileged => meters.map(metered => ({ stove, privileged, metered }))))
}

export type Priced = Part & { readonly tariff: Tariff; readonly rate: string | null }
type Search = { readonly tariffs: readonly Tariff[]; readonly parts: readonly Part[]; readonly flats: Flats }

/** The month in spans of one price each: a change of another tariff, which these flats do not have, cuts nothing. */
export function spansOf({ facts, service }: Wanted, { tariffs, parts, flats }: Search): Priced[] | Finding {
  const spans: Priced[] = []
  for (const part of parts) {
    const tariff = tariffOn(tariffs, { service, flats, day: part.from })
    if (tariff === null) return finding(service, 'noPrice', part.from)
    const rate = tariff.vatMode === 'NONE' ? '0' : tariff.vatRate ?? valueOn(facts, 'VAT', part.from)
    const last = spans.at(-1)
    if (last?.tariff === tariff && last.rate === rate) spans[spans.length - 1] = { ...last, to: part.to, days: last.days + part.days }
    else spans.push({ ...part, tariff, rate })
  }
  return spans
}

type Case = { readonly service: HouseService; readonly flats: Flats; readonly day: LocalDate }

/** The tariff of such flats on a day. */
export function tariffOn(tariffs: readonly Tariff[], { service, flats: { stove, privileged, metered }, day }: Case): Tariff | null {
  const month = String(Number(day.slice(5, 7)))
  const atInlet = service.method === 'BUILDING_METER'
  const fitting = tariffs.filter(each => covers(each, day) && allows(each.stove, stove) && allows(each.privileged, privileged) && allows(each.buildingMeter, atInlet)
    && (metered === null ? service.method !== 'METER' || forMeters(each) : allows(each.metered, metered) && (each.basis === 'PERSON') === !metered)
    && (each.months === null || each.months.split(',').includes(month)))
  return fitting.toSorted((a, b) => rank(b) - rank(a))[0] ?? null
}

function forMeters({ metered, basis }: Tariff): boolean {
  return metered !== false && basis !== 'PERSON'
}

const allows = (condition: boolean | null, fact: boolean | null) => condition === null || condition === fact

// What is published before what is shown for demonstration; the nearer territory, then the narrower condition.
function rank(tariff: Tariff): number {
  const conditions = [tariff.stove, tariff.privileged, tariff.metered, tariff.buildingMeter, tariff.months].filter(each => each !== null).length
  return (tariff.demonstration ? 0 : 1000) + tariff.territoryPrefix.length * 10 + conditions
}

const finding = ({ service, kinds }: HouseService, code: Finding['code'], day: LocalDate): Finding => ({ service, code, day, kinds })

type Place = KindsServed & { readonly flats: Flats; readonly suffix: OfClass['suffix'] }

function priceItem({ facts, service, volumes }: Wanted, { tariff, rate, ...span }: Priced, { flats, suffix, kinds, served }: Place): PriceItem | Finding {
  const vat = vatOf(tariff, rate)
  if (typeof vat === 'string') return finding(service, vat, span.from)
  const house = service.method === 'BUILDING_METER' ? houseShare(facts, service, { tariff, days: span.days, served }) : none
  if (house === null) return finding(service, 'noHouseMeter', span.from)
  const of = quantityOf(service, tariff)
  const { stove, metered, privileged } = flats
  const split = span.days < served
  return {
    key: `${keyOf(service.service, flats)}${suffix}`, service: service.service, fund: 'UTILITIES', of,
    volumeAt: of === 'VOLUME' || metered !== null ? sourcesOf(service).map(each => volumes.indexOf(each) + 1) : [],
    unit: tariff.unit, ...tiersOf(tariff), perPerson: tariff.basis === 'TIERED_PER_PERSON',
    kinds, stove, metered, ...(privileged === null ? {} : { privileged }),
    days: span.days, monthDays: of === 'VOLUME' ? served : daysInPeriod(facts.period), ...(split ? { from: span.from, to: span.to } : {}),
    ...spansOfPrice(facts, service, { of, from: span.from, to: span.to, split }), ...vat, ...house,
    tariffId: tariff.tariffId, actId: tariff.actId, source: tariff.source, validFrom: tariff.validFrom,
    demonstration: tariff.demonstration, verified: tariff.verified, index: null,
  }
}

export function vatOf({ vatMode, published }: Tariff, rate: string | null): Pick<PriceItem, 'vatBp' | 'vatMode'> | Finding['code'] {
  if (vatMode === 'UNKNOWN') return 'vatUnknown'
  if (!published) return 'noPrice'
  return rate === null ? 'noVatRate' : { vatBp: vatMode === 'NET' ? basisPoints(rate) : 0, vatMode }
}

function keyOf(service: Charge, { stove, privileged, metered }: Flats): string {
  const kinds = [stove === null ? '' : stove ? '.stove' : '.plain', privileged === true ? '.privileged' : '', metered === null ? '' : metered ? '.metered' : '.unmetered']
  return `${service}${kinds.join('')}`
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

const none: HouseSum = { houseNet: null, houseQuantity: null, houseArea: null }

// The volume is the month's: where the price or the way of charging changes, each takes its days of it.
function houseShare(facts: HouseFacts, service: HouseService, { tariff, days, served }: { tariff: Tariff; days: number; served: number }): HouseSum | null {
  const volume = facts.buildingVolumes.find(each => each.service === service.service)?.volume
  if (volume === undefined) return null
  const { numerator, denominator } = toRational(multiplyDecimal(volume, tariff.price ?? '0'))
  return { houseNet: String(roundRational(numerator * 100n * BigInt(days), denominator * BigInt(served))), houseQuantity: volume, houseArea: areaOf(facts.kinds, service.kinds), ...(served === daysInPeriod(facts.period) ? {} : { houseDays: served }) }
}
