// BY_BUILDING_METER: what the house's meter saw, less premises that are no flats, divided by heated area.
// BY_FLAT_METER: one's own Gcal, and by area what the house's meter saw and no other.
import 'server-only'
import { roundRational } from '#server/kernel/money.ts'
import { addDecimal, compareDecimal, decimalOf, multiplyDecimal, subtractDecimal, toRational, type Decimal, type Rational } from '#server/kernel/quantity.ts'
import { recompute } from '#server/billing/charges/rules.ts'
import type { BillLine, Finding, HeatPrice, PriceItem } from '#server/billing/schema.ts'
import type { Priced, SharedVolume } from '#server/billing/tariffs/rules.ts'
import { nothing, type Contract, type HeatMeter, type House, type Made, type Unit } from './facts.ts'
import { itemOf, keyOf, pricesOf, tariffsFor, type Spans } from './prices.ts'
import { countDays, divide, servedIn, type Range } from './rules.ts'

type Flat = { readonly unit: Unit; readonly contract: Contract }
/** What a flat's own meters say; null: it cannot be told. */
export type Own = { readonly quantity: Decimal; readonly before: Decimal; readonly source?: 'AVERAGE'; readonly settled: readonly string[]; readonly estimates: readonly { readonly meter_id: string; readonly volume: string }[] }
export type Metered = Made & { readonly own: ReadonlyMap<string, Own> }

export function chargeByMeters(house: House): Metered {
  const flats = house.heat.units.flatMap(unit => {
    // What a meter saw in the month is charged to who is there on its last day.
    const contract = unit.to < house.month.to ? undefined : house.segments.get(unit.accountId)?.find(each => each.contract.mode !== 'BY_AREA')?.contract
    return contract ? [{ unit, contract }] : []
  })
  const share = servedShare(house)
  const own = ownVolumes(flats, share)
  const saw = sumOf(house.heat.houseMeters.map(each => each.used))
  // Out of the season nothing is expected of a meter, and what it has seen is charged all the same.
  const quiet = share.numerator === 0n && (saw === null || saw === '0') && [...own.values()].every(each => each.quantity === '0')
  if (flats.length === 0 || quiet) return { ...nothing, own: new Map() }
  const state: State = { house, flats, own, saw, share, days: house.season.length === 0 ? [house.month] : house.season }
  const parts = [...(['POPULATION', 'OTHER'] as const).map(each => chargeOwn(state, each)), chargeShares(state)]
  return { items: parts.flatMap(each => each.items), lines: parts.flatMap(each => each.lines), findings: parts.flatMap(each => each.findings), own }
}

/** Days of the season that were served, of the days of the month: so much of an average is expected of a silent meter. */
function servedShare({ season, off, month }: House): Rational {
  return { numerator: BigInt(season.reduce((sum, each) => sum + servedIn(each, off.HEAT), 0)), denominator: BigInt(countDays(month)) }
}

function ownVolumes(flats: readonly Flat[], share: Rational): Map<string, Own> {
  const own = new Map<string, Own>()
  for (const { unit, contract } of flats) {
    const volume = contract.mode === 'BY_FLAT_METER' ? ownVolume(unit.meters ?? [], share) : null
    if (volume !== null) own.set(unit.accountId, volume)
  }
  return own
}

type State = { readonly house: House; readonly flats: readonly Flat[]; readonly own: ReadonlyMap<string, Own>; readonly saw: Decimal | null; readonly share: Rational; readonly days: readonly Range[] }

function sumOf(volumes: readonly (string | null)[]): Decimal | null {
  const known = volumes.filter(each => each !== null)
  return known.length === 0 ? null : known.reduce((sum, each) => addDecimal(sum, each), '0')
}

/** Meters of a month one after the other: what each saw, never below zero; a silent one by its average of the served days, less what was charged by estimate before. */
export function ownVolume(meters: readonly HeatMeter[], share: Rational): Own | null {
  const somebody = meters.some(each => each.used !== null)
  const all = meters.map(each => (each.used === null ? silentVolume(each, somebody, share) : readVolume(each, each.used)))
  const known = all.filter(each => each !== null)
  if (known.length === 0 || known.length < all.length) return null
  const sum = (of: 'used' | 'before') => known.reduce<Decimal>((total, each) => addDecimal(total, each[of]), '0')
  return {
    quantity: subtractDecimal(sum('used'), sum('before')), before: sum('before'), ...(known.some(each => each.guessed) ? { source: 'AVERAGE' as const } : {}),
    settled: known.flatMap(each => each.settled), estimates: known.flatMap(each => each.estimates),
  }
}

type Volume = Pick<Own, 'before' | 'settled' | 'estimates'> & { readonly used: Decimal; readonly guessed: boolean }

// A meter that came within the month and was not read yet has its predecessor's reading beside it: its own comes with the next.
// Where the season has no served day in the month, nothing is expected of any.
function silentVolume(meter: HeatMeter, somebody: boolean, share: Rational): Volume | null {
  const none = { used: '0', before: '0', guessed: false, settled: [], estimates: [] }
  if (share.numerator === 0n) return none
  if (meter.average === null) return meter.gone || (meter.isNew && somebody) ? none : null
  const used = partOf(meter.average, share)
  return { ...none, used, guessed: true, estimates: used === '0' ? [] : [{ meter_id: meter.meterId, volume: used }] }
}

function partOf(average: Decimal, share: Rational): Decimal {
  const { numerator, denominator } = toRational(average)
  return decimalOf({ numerator: numerator * share.numerator, denominator: denominator * share.denominator }, 3)
}

function readVolume({ meterId, owed }: HeatMeter, used: Decimal): Volume | null {
  if (compareDecimal(used, '0') < 0) return null
  if (owed === null) return { used, before: '0', guessed: false, settled: [], estimates: [] }
  const before = compareDecimal(owed, used) < 0 ? owed : used
  return { used, before, guessed: false, settled: [meterId], estimates: before === owed ? [] : [{ meter_id: meterId, volume: subtractDecimal(owed, before) }] }
}

const isFlat = ({ unit }: Flat) => unit.kind === 'APARTMENT'

function chargeOwn(state: State, customerClass: Contract['customerClass']): Made {
  const flats = state.flats.filter(({ contract }) => contract.mode === 'BY_FLAT_METER' && contract.customerClass === customerClass)
  if (flats.length === 0) return nothing
  const silent = flats.filter(({ unit }) => !state.own.has(unit.accountId)).map(({ unit }): Finding =>
    ({ service: 'HEAT', code: 'noVolume', day: state.house.month.from, premisesId: unit.premisesId, unitKind: unit.kind, unit: unit.number }))
  const made = inSpans(state, { customerClass, name: `HEAT.flat${customerClass === 'OTHER' ? '.other' : ''}`, of: 'VOLUME', heat: { mode: 'BY_FLAT_METER' } }, item => flats.flatMap(({ unit, contract }) => {
    const own = state.own.get(unit.accountId)
    return own ? [{ accountId: unit.accountId, line: ownLine(item, own, { unit, contract }) }] : []
  }))
  return { ...made, findings: [...made.findings, ...silent] }
}

function ownLine(item: PriceItem, own: Own, { unit, contract }: Flat): BillLine {
  const { net, vat } = recompute(item, { quantity: own.quantity, people: 1, extra: false })
  return {
    key: item.key, quantity: own.quantity, ...(own.source ? { source: own.source } : {}), ...(own.before === '0' ? {} : { before: own.before }),
    heat: { contract: contract.number, meters: (unit.meters ?? []).map(each => [each.serial, each.from, each.to, each.used] as const) }, net: String(net), vat: String(vat),
  }
}

/** What flats share by area: all that the house's meter saw, or what their own meters did not. */
function chargeShares(state: State): Made {
  const flats = state.flats.filter(isFlat)
  if (state.saw === null && state.share.numerator === 0n) return nothing
  const common = flats[0]?.contract.mode === 'BY_FLAT_METER'
  if (flats.length === 0 || (common && state.house.heat.houseMeters.length === 0)) return nothing
  const left = leftToShare(state, flats, common)
  if ('code' in left) return { ...nothing, findings: [{ service: 'HEAT', code: left.code, day: state.house.month.from }] }
  return left.volume === '0' ? nothing : chargeShare(state, flats, left)
}

type Left = { readonly volume: Decimal; readonly heat: HeatPrice }

function leftToShare(state: State, flats: readonly Flat[], common: boolean): Left | { readonly code: Finding['code'] } {
  const { saw, house: { heat: { shared } } } = state
  if (saw === null) return { code: 'noHouseMeter' }
  const others = state.flats.filter(each => !isFlat(each))
  const [apart, own] = [sumOwn(state, others), sumOwn(state, common ? flats : [])]
  // Where nothing is taken off what the house's meter saw, it does not matter of how many months that is.
  if (apart === null || own === null || (shared === null && [...others, ...(common ? flats : [])].length > 0)) return { code: 'noCommonShare' }
  const heat = heatOfHouse({ volume: saw, apart: '0', flats: '0', ...shared }, { apart, own, common })
  const volume = subtractDecimal(heat.house, addDecimal(heat.apart, heat.flats ?? '0'))
  return compareDecimal(volume, '0') < 0 ? { code: 'flatsAboveHouse' } : { volume, heat }
}

type Taken = { readonly apart: Decimal; readonly own: Decimal; readonly common: boolean }

function heatOfHouse({ volume, since, ...earlier }: SharedVolume & { readonly apart: string; readonly flats: string }, { apart, own, common }: Taken): HeatPrice & { readonly house: Decimal; readonly apart: Decimal } {
  const flats = common ? { flats: addDecimal(own, earlier.flats) } : {}
  return { mode: common ? 'COMMON' : 'BY_BUILDING_METER', house: volume, apart: addDecimal(apart, earlier.apart), ...flats, ...(since === undefined ? {} : { since }) }
}

function chargeShare(state: State, flats: readonly Flat[], { volume, heat }: Left): Made {
  const areas = flats.map(({ unit, contract }) => contract.areaM2 ?? unit.areaM2)
  const area = areas.reduce((sum, each) => addDecimal(sum, each), '0')
  return inSpans(state, { customerClass: 'POPULATION', name: heat.mode === 'COMMON' ? 'HEAT.common' : 'HEAT.house', of: 'SHARE', heat, volume, area }, item => {
    const parts = divide(BigInt(item.houseNet ?? '0'), areas.map(hundredths))
    return flats.map(({ unit, contract }, index) => {
      const inputs = { quantity: areas[index] ?? '0', ...(parts[index]?.extra ? { extra: 1 as const } : {}) }
      const { net, vat } = recompute(item, { quantity: inputs.quantity, people: 1, extra: inputs.extra === 1 })
      return { accountId: unit.accountId, line: { key: item.key, ...inputs, heat: { contract: contract.number }, net: String(net), vat: String(vat) } }
    })
  })
}

function sumOwn(state: State, flats: readonly Flat[]): Decimal | null {
  const metered = flats.filter(({ contract }) => contract.mode === 'BY_FLAT_METER')
  return metered.reduce<Decimal | null>((sum, { unit }) => {
    const own = state.own.get(unit.accountId)
    return sum === null || own === undefined ? null : addDecimal(sum, own.quantity)
  }, '0')
}

function hundredths(area: Decimal): bigint {
  const { numerator, denominator } = toRational(multiplyDecimal(area, '100'))
  return roundRational(numerator, denominator)
}

type Shared = { readonly customerClass: Contract['customerClass']; readonly name: string; readonly of: 'VOLUME' | 'SHARE'; readonly heat: HeatPrice; readonly volume?: Decimal; readonly area?: Decimal }

// The volume is the month's: where the price changes, each price takes its days of it.
function inSpans(state: State, shared: Shared, linesOf: (item: PriceItem) => Made['lines']): Made {
  const found: Spans = pricesOf({ ...state.house, off: { ...state.house.off, HEAT: [] } }, { service: 'HEAT', method: 'BUILDING_METER', tariffs: tariffsFor(state.house, shared.customerClass), days: state.days })
  if ('finding' in found) return { ...nothing, findings: [found.finding] }
  const served = found.spans.reduce((sum, each) => sum + each.days, 0)
  const items: PriceItem[] = []
  for (const [index, span] of found.spans.entries()) {
    const item = itemOf(state.house, span, { key: keyOf(shared.name, index), service: 'HEAT', of: shared.of, heat: shared.heat, ...(shared.of === 'VOLUME' ? { allDays: served } : {}), house: houseOf(shared, span, served) })
    if ('code' in item) return { ...nothing, findings: [item] }
    items.push(item)
  }
  return { items, lines: items.flatMap(linesOf), findings: [] }
}

function houseOf({ volume, area }: Shared, { tariff, days }: Priced, served: number): Pick<PriceItem, 'houseNet' | 'houseQuantity' | 'houseArea'> {
  if (volume === undefined) return { houseNet: null, houseQuantity: null, houseArea: null }
  const { numerator, denominator } = toRational(multiplyDecimal(volume, tariff.price ?? '0'))
  return { houseNet: String(roundRational(numerator * 100n * BigInt(days), denominator * BigInt(served))), houseQuantity: volume, houseArea: area ?? '0' }
}
