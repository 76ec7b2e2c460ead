// Hot water of whom has no meter of it, where the heat contract covers it: persons who are there × days × litres of the
// norm × price; or × the price of a person and month, where such a price is published.
import 'server-only'
import { roundRational } from '#server/kernel/money.ts'
import { addDecimal, decimalOf, multiplyDecimal, toRational, type Decimal } from '#server/kernel/quantity.ts'
import { addDays } from '#server/kernel/period.ts'
import { recompute } from '#server/billing/charges/rules.ts'
import { covers, partsOf } from '#server/billing/dates/rules.ts'
import type { BillLine, Finding, HeatSpan, PriceItem } from '#server/billing/schema.ts'
import type { Priced, Tariff } from '#server/billing/tariffs/rules.ts'
import { nothing, type House, type Made, type Norm, type Unit } from './facts.ts'
import { itemOf, keyOf, pricesOf } from './prices.ts'
import { countDays, offIn, overlap, partsServed, type Range } from './rules.ts'

export type HotWater = Made & { /** Accounts whose hot water is the contract's, with its volume where a norm says it. */ readonly volumes: ReadonlyMap<string, Decimal | null> }
type Flat = { readonly unit: Unit; readonly days: readonly Range[]; readonly contract: string }

export function chargeHotWater(house: House): HotWater {
  const flats = house.heat.units.flatMap<Flat>(unit => {
    const segments = (house.segments.get(unit.accountId) ?? []).filter(each => each.contract.hotWater)
    const [first] = segments
    return first && !unit.hotMeter && unit.kind === 'APARTMENT' ? [{ unit, days: segments, contract: first.contract.number }] : []
  })
  if (flats.length === 0) return { ...nothing, volumes: new Map() }
  return { ...priced(house, flats), volumes: new Map(flats.map(flat => [flat.unit.accountId, volumeOf(house, flat)])) }
}

const isPerPerson = (tariff: Tariff) => tariff.service === 'HOT_WATER' && tariff.basis === 'PERSON' && tariff.metered !== true && tariff.published

function priced(house: House, flats: readonly Flat[]): Made {
  const { tariffs } = house.facts
  const byPerson = tariffs.some(isPerPerson)
  const fitting = byPerson ? tariffs.filter(isPerPerson) : tariffs.filter(each => each.basis === 'VOLUME' || each.basis === 'GCAL')
  const days = flats.flatMap(each => each.days)
  const all = { from: days.map(each => each.from).sort()[0] ?? house.month.from, to: days.map(each => each.to).sort().at(-1) ?? house.month.to }
  const found = pricesOf(house, { service: 'HOT_WATER', method: byPerson ? 'PERSON' : 'METER', tariffs: fitting, days: [all] })
  if ('finding' in found) return { ...nothing, findings: [found.finding] }
  const spans = byPerson ? found.spans.map(span => ({ span, norm: null })) : found.spans.flatMap(span => cutByNorms(house, span))
  const lacking = byPerson ? undefined : spans.find(({ span, norm }) => norm === null || (span.tariff.basis === 'GCAL' && norm.gcalPerM3 === null))
  if (lacking) return { ...nothing, findings: [{ service: 'HOT_WATER', code: 'noHotWaterNorm', day: lacking.span.from }] }
  return inSpans(house, flats, spans)
}

type Normed = { readonly span: Priced; readonly norm: Norm | null }

function cutByNorms(house: House, span: Priced): Normed[] {
  return partsOf(house.facts.period, house.heat.norms, []).flatMap(part => {
    const both = overlap(part, span)
    return both === null ? [] : [{ span: { ...span, ...both, days: countDays(both) }, norm: normOn(house, both.from) }]
  })
}

/** What is published before what is shown for demonstration, then the nearer place. */
function normOn({ heat }: House, day: string): Norm | null {
  const rank = (norm: Norm) => (norm.demonstration ? 0 : 100) + norm.territoryPrefix.length
  return heat.norms.filter(each => covers(each, day)).toSorted((a, b) => rank(b) - rank(a))[0] ?? null
}

function inSpans(house: House, flats: readonly Flat[], spans: readonly Normed[]): Made {
  const items: PriceItem[] = []
  const lines: { accountId: string; line: BillLine }[] = []
  const silent = flats.filter(({ unit }) => unit.persons === undefined).map(({ unit }): Finding =>
    ({ service: 'HOT_WATER', code: 'noVolume', day: house.month.from, premisesId: unit.premisesId, unitKind: unit.kind, unit: unit.number }))
  for (const [index, { span, norm }] of spans.entries()) {
    const item = itemOf(house, span, { key: keyOf('HOT_WATER.norm', index), service: 'HOT_WATER', of: 'PERSONS', unit: 'person', ...shapeOf(span.tariff, norm) })
    if ('code' in item) return { ...nothing, findings: [item] }
    items.push(norm === null ? item : { ...item, actId: item.actId ?? norm.actId, verified: item.verified && norm.verified, demonstration: item.demonstration || norm.demonstration })
    for (const flat of flats) {
      const line = lineOf(house, item, { flat, range: span })
      if (line !== null) lines.push({ accountId: flat.unit.accountId, line })
    }
  }
  return { items, lines, findings: silent }
}

// A norm makes a price of a person's day out of the price of a cubic metre, or of the heat in it: exact, not rounded.
function shapeOf(tariff: Tariff, norm: Norm | null): Pick<Parameters<typeof itemOf>[2], 'heat' | 'price' | 'monthDays'> {
  if (norm === null) return { heat: { mode: 'HOT_WATER' } }
  const perUnit = tariff.price ?? '0'
  const cubic = multiplyDecimal(multiplyDecimal(norm.litres, '0.001'), perUnit)
  const byHeat = tariff.basis === 'GCAL' && norm.gcalPerM3 !== null
  return {
    heat: { mode: 'HOT_WATER', litres: norm.litres, ...(byHeat ? { gcalPerM3: norm.gcalPerM3 ?? '0' } : {}), perUnit }, monthDays: 1,
    price: byHeat ? multiplyDecimal(cubic, norm.gcalPerM3 ?? '0') : cubic,
  }
}

function lineOf(house: House, item: PriceItem, { flat, range }: { flat: Flat; range: Range }): BillLine | null {
  const spans = flat.days.flatMap(each => overlap(each, range) ?? []).flatMap(each => peopleIn(flat.unit, each))
  const off = offIn(range, house.off.HOT_WATER)
  const parts = partsServed({ spans, off })
  if (parts.length === 0) return null
  const inputs = { quantity: spans.at(-1)?.[0] ?? '0', parts, heat: { contract: flat.contract, spans, ...(off.length === 0 ? {} : { off }) } }
  const { net, vat } = recompute(item, { ...inputs, people: 1, extra: false })
  return { key: item.key, ...inputs, net: String(net), vat: String(vat) }
}

/** Persons who are there, day by day: registered, less those away from the day after they applied. Days of nobody are left out. */
export function peopleIn({ persons = [], absences = [] }: Unit, range: Range): HeatSpan[] {
  const cuts = [range.from, ...persons.map(([since]) => since), ...absences.flatMap(({ from, to }) => [from, ...(to === null ? [] : [addDays(to, 1)])])]
  const begins = [...new Set(cuts.filter(day => day >= range.from && day <= range.to))].sort()
  const spans: [string, string, string][] = []
  for (const [index, from] of begins.entries()) {
    const next = begins[index + 1]
    const to = next === undefined ? range.to : addDays(next, -1)
    const registered = persons.findLast(([since]) => since <= from)?.[1] ?? 0
    const away = absences.filter(each => each.from <= from && (each.to === null || from <= each.to)).reduce((sum, each) => sum + each.persons, 0)
    const there = String(Math.max(registered - away, 0))
    const last = spans.at(-1)
    if (last?.[0] === there) last[2] = to
    else spans.push([there, from, to])
  }
  return spans.filter(([there]) => there !== '0')
}

function volumeOf(house: House, { unit, days }: Flat): Decimal | null {
  if (house.heat.norms.length === 0) return null
  let litres: Decimal = '0'
  for (const part of partsOf(house.facts.period, house.heat.norms, [])) {
    const norm = normOn(house, part.from)
    if (norm === null) return null
    const spans = days.flatMap(each => overlap(each, part) ?? []).flatMap(each => peopleIn(unit, each))
    const personDays = partsServed({ spans, off: house.off.HOT_WATER }).reduce((sum, [people, count]) => sum + Number(people) * count, 0)
    litres = addDecimal(litres, multiplyDecimal(String(personDays), norm.litres))
  }
  const { numerator, denominator } = toRational(litres)
  return decimalOf({ numerator: roundRational(numerator, denominator), denominator: 1000n }, 3)
}
