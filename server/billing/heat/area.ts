// BY_AREA: area × price × days served of the days of the month; or a twelfth of the season in each of twelve months.
import 'server-only'
import { addDays, addPeriods, periodOf } from '#server/kernel/period.ts'
import { recompute } from '#server/billing/charges/rules.ts'
import type { BillLine, HeatSpan, PriceItem } from '#server/billing/schema.ts'
import type { Priced } from '#server/billing/tariffs/rules.ts'
import { nothing, type Contract, type House, type Made, type Season, type Segment, type Unit } from './facts.ts'
import { itemOf, keyOf, pricesOf, tariffsFor } from './prices.ts'
import { offIn, overlap, partsServed, type Range } from './rules.ts'

type Variant = Pick<Contract, 'customerClass' | 'policy'>
const variants: readonly Variant[] = [
  { customerClass: 'POPULATION', policy: 'IN_SEASON' }, { customerClass: 'OTHER', policy: 'IN_SEASON' }, { customerClass: 'POPULATION', policy: 'SPREAD_12' }, { customerClass: 'OTHER', policy: 'SPREAD_12' },
]

export function chargeByArea(house: House): Made {
  const made = variants.map(variant => chargeVariant(house, variant))
  return { items: made.flatMap(each => each.items), lines: made.flatMap(each => each.lines), findings: made.flatMap(each => each.findings) }
}

const isOf = ({ contract }: Segment, { customerClass, policy }: Variant) => contract.mode === 'BY_AREA' && contract.customerClass === customerClass && contract.policy === policy

function chargeVariant(house: House, variant: Variant): Made {
  const flats = flatsOf(house, variant)
  if (flats.length === 0) return nothing
  const spread = variant.policy === 'SPREAD_12'
  const seasons = spread ? seasonsOf(house) : [null]
  if (seasons.length === 0) return { ...nothing, findings: [{ service: 'HEAT', code: 'noSeason', day: house.month.from }] }
  const days = spread ? [house.month] : house.season.flatMap(each => overlap(each, around(flats.flatMap(flat => flat.segments), house.month)) ?? [])
  const found = pricesOf(spread ? { ...house, off: { ...house.off, HEAT: [] } } : house, { service: 'HEAT', method: 'AREA', tariffs: tariffsFor(house, variant.customerClass), days })
  if ('finding' in found) return { ...nothing, findings: [found.finding] }
  return priced(house, { flats, seasons, spans: found.spans, name: `HEAT.area${variant.customerClass === 'OTHER' ? '.other' : ''}${spread ? '.spread' : ''}` })
}

function flatsOf(house: House, variant: Variant): Flats['flats'] {
  return house.heat.units.flatMap(unit => {
    const segments = (house.segments.get(unit.accountId) ?? []).filter(each => isOf(each, variant))
    // A twelfth of a season is of who is there on the last day.
    return segments.length === 0 || (variant.policy === 'SPREAD_12' && unit.to < house.month.to) ? [] : [{ unit, segments }]
  })
}

function around(ranges: readonly Range[], otherwise: Range): Range {
  return { from: ranges.map(each => each.from).sort()[0] ?? otherwise.from, to: ranges.map(each => each.to).sort().at(-1) ?? otherwise.to }
}

type Flats = { readonly flats: readonly { readonly unit: Unit; readonly segments: readonly Segment[] }[]; /** Each whose twelfth is charged; null: by days. */ readonly seasons: readonly (Season | null)[]; readonly spans: readonly Priced[]; readonly name: string }

function priced(house: House, { flats, seasons, spans, name }: Flats): Made {
  const items: PriceItem[] = []
  const lines: { accountId: string; line: BillLine }[] = []
  for (const [index, { season, span }] of seasons.flatMap(season => spans.map(span => ({ season, span }))).entries()) {
    const item = itemOf(house, span, { key: keyOf(name, index), service: 'HEAT', of: 'AREA', heat: { mode: 'BY_AREA', ...(season === null ? {} : { spread: true as const }), ...actOf(season === null ? house.season : [season]) } })
    if ('code' in item) return { ...nothing, findings: [item] }
    items.push(item)
    const dated = datesOf(house, season, span)
    for (const { unit, segments } of flats) {
      const line = lineOf(item, unit, segments.flatMap(dated))
      if (line !== null) lines.push({ accountId: unit.accountId, line })
    }
  }
  return { items, lines, findings: [] }
}

function actOf(seasons: readonly Season[]): { seasonAct?: string } {
  const act = seasons.find(each => each.act !== null)?.act
  return act ? { seasonAct: act } : {}
}

type Dated = { readonly contract: Contract; readonly range: Range; readonly off: NonNullable<BillLine['heat']>['off'] }

// The same contract of a house is cut to the days of a price once, not for each of its flats.
function datesOf(house: House, season: Range | null, span: Priced): (segment: Segment) => Dated[] {
  const known = new Map<Segment, Dated[]>()
  return segment => {
    const before = known.get(segment)
    if (before) return before
    const ranges = season === null ? house.season.flatMap(each => overlap(each, span) ?? []).flatMap(each => overlap(each, segment) ?? []) : [season]
    const made = ranges.map(range => ({ contract: segment.contract, range, off: offIn(range, house.off.HEAT) }))
    known.set(segment, made)
    return made
  }
}

function lineOf(item: PriceItem, unit: Unit, dated: readonly Dated[]): BillLine | null {
  const last = dated.at(-1)
  if (!last) return null
  const spans = dated.flatMap(({ contract, range }) => areaSpans(unit, contract, item.heat?.spread ? null : range) ?? [[contract.areaM2 ?? unit.areaM2, range.from, range.to] as const])
  const off = dated.flatMap(each => each.off ?? [])
  const parts = partsServed({ spans, off })
  if (parts.length === 0) return null
  const heat = { contract: last.contract.number, spans, ...(off.length === 0 ? {} : { off }) }
  const quantity = spans.at(-1)?.[0] ?? unit.areaM2
  const inputs = { quantity, ...(item.heat?.spread ? {} : { parts }), heat }
  const { net, vat } = recompute(item, { ...inputs, people: 1, extra: false })
  return { key: item.key, ...inputs, net: String(net), vat: String(vat) }
}

/** Where the area in the register changed within the days; null where it is one. */
function areaSpans({ areas }: Unit, { areaM2 }: Contract, range: Range | null): HeatSpan[] | null {
  if (areas === undefined || areaM2 !== null || range === null) return null
  return areas.flatMap(([since, area], index) => {
    const next = areas[index + 1]
    const both = overlap({ from: since, to: next === undefined ? range.to : addDays(next[0], -1) }, range)
    return both === null ? [] : [[area, both.from, both.to] as const]
  })
}

/** The seasons of whose twelve months this is one, counted from the month in which each begins: one may go on, or begin anew, before a year is over. */
function seasonsOf({ heat, facts }: House): Season[] {
  return heat.seasons.filter(({ from }) => periodOf(from) <= facts.period && addPeriods(periodOf(from), 12) > facts.period).toSorted((a, b) => (a.from < b.from ? -1 : 1))
}
