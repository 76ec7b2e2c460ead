// BY_BUILDING_METER: what the house's meter saw, less premises that are no flats, divided by heated area.
// BY_FLAT_METER: one's own Gcal, and by area what the house's meter saw and no other.
import { roundRational } from '#server/kernel/money.ts'
import { addDecimal, compareDecimal, multiplyDecimal, subtractDecimal, toRational, type Decimal } from '#server/kernel/quantity.ts'
import { recompute } from '#server/billing/charges/rules.ts'
import type { BillLine, Finding, HeatPrice, PriceItem } from '#server/billing/schema.ts'
import type { Priced } from '#server/billing/tariffs/rules.ts'
import { nothing, type Contract, type HeatMeter, type House, type Made, type Unit } from './facts.ts'
import { itemOf, keyOf, pricesOf, tariffsFor, type Spans } from './prices.ts'
import { divide } from './rules.ts'

type Flat = { readonly unit: Unit; readonly contract: Contract }
/** What a flat's own meters say; null: it cannot be told. */
export type Own = { readonly quantity: Decimal; readonly before: Decimal; readonly source?: 'AVERAGE'; readonly settled: readonly string[]; readonly estimates: readonly { readonly meter_id: string; readonly volume: string }[] }
export type Metered = Made & { readonly own: ReadonlyMap<string, Own> }

export function chargeByMeters(house: House): Metered {
  const flats = house.heat.units.flatMap(unit => {
    const contract = house.segments.get(unit.premisesId)?.find(each => each.contract.mode !== 'BY_AREA')?.contract
    return contract ? [{ unit, contract }] : []
  })
  const own = new Map<string, Own>()
  for (const { unit, contract } of flats) {
    const volume = contract.mode === 'BY_FLAT_METER' ? ownVolume(unit.meters ?? []) : null
    if (volume !== null) own.set(unit.accountId, volume)
  }
  const saw = sumOf(house.heat.houseMeters.map(each => each.used))
  // Out of the season nothing is expected of a meter, and what it has seen is charged all the same.
  const quiet = house.season.length === 0 && (saw === null || saw === '0') && [...own.values()].every(each => each.quantity === '0')
  if (flats.length === 0 || quiet) return { ...nothing, own: new Map() }
  const state: State = { house, flats, own, saw, days: house.season.length === 0 ? [house.month] : house.season }
  const parts = [...(['POPULATION', 'OTHER'] as const).map(each => chargeOwn(state, each)), chargeShares(state)]
  return { items: parts.flatMap(each => each.items), lines: parts.flatMap(each => each.lines), findings: parts.flatMap(each => each.findings), own }
}

type State = { readonly house: House; readonly flats: readonly Flat[]; readonly own: ReadonlyMap<string, Own>; readonly saw: Decimal | null; readonly days: House['season'] }

function sumOf(volumes: readonly (string | null)[]): Decimal | null {
  const known = volumes.filter(each => each !== null)
  return known.length === 0 ? null : known.reduce((sum, each) => addDecimal(sum, each), '0')
}

/** Meters of a month one after the other: what each saw, never below zero; a silent one by its average, less what was charged by estimate before. */
export function ownVolume(meters: readonly HeatMeter[]): Own | null {
  let [used, source]: [Decimal, 'AVERAGE' | undefined] = ['0', undefined]
  const settled: string[] = []
  const estimates: { meter_id: string; volume: string }[] = []
  let before: Decimal = '0'
  const somebody = meters.some(each => each.used !== null)
  for (const meter of meters) {
    if (meter.used !== null && compareDecimal(meter.used, '0') < 0) return null
    if (meter.used !== null) {
      const covered = meter.owed === null || compareDecimal(meter.owed, meter.used) < 0 ? meter.owed ?? '0' : meter.used
      used = addDecimal(used, meter.used)
      before = addDecimal(before, covered)
      if (meter.owed !== null) settled.push(meter.meterId)
      if (meter.owed !== null && compareDecimal(meter.owed, covered) > 0) estimates.push({ meter_id: meter.meterId, volume: subtractDecimal(meter.owed, covered) })
    } else if (meter.average !== null) {
      source = 'AVERAGE'
      used = addDecimal(used, meter.average)
      if (compareDecimal(meter.average, '0') > 0) estimates.push({ meter_id: meter.meterId, volume: meter.average })
    } else if (!meter.gone && !(meter.isNew && somebody)) return null
  }
  return meters.length === 0 ? null : { quantity: subtractDecimal(used, before), before, ...(source ? { source } : {}), settled, estimates }
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
  const { house, saw } = state
  const flats = state.flats.filter(isFlat)
  const [first] = flats
  if (!first || house.heat.houseMeters.length === 0 && first.contract.mode === 'BY_FLAT_METER') return nothing
  const finding = (code: Finding['code']): Made => ({ ...nothing, findings: [{ service: 'HEAT', code, day: house.month.from }] })
  if (saw === null) return finding('noHouseMeter')
  const apart = sumOwn(state, state.flats.filter(each => !isFlat(each)))
  const own = first.contract.mode === 'BY_FLAT_METER' ? sumOwn(state, flats) : '0'
  if (apart === null || own === null) return finding('noCommonShare')
  const left = subtractDecimal(saw, addDecimal(apart, own))
  if (compareDecimal(left, '0') < 0) return finding('flatsAboveHouse')
  if (left === '0') return nothing
  const common = first.contract.mode === 'BY_FLAT_METER'
  const areas = flats.map(({ unit, contract }) => contract.areaM2 ?? unit.areaM2)
  const area = areas.reduce((sum, each) => addDecimal(sum, each), '0')
  const heat: HeatPrice = { mode: common ? 'COMMON' : 'BY_BUILDING_METER', house: saw, apart, ...(common ? { flats: own } : {}) }
  return inSpans(state, { customerClass: 'POPULATION', name: common ? 'HEAT.common' : 'HEAT.house', of: 'SHARE', heat, volume: left, area }, item => {
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
