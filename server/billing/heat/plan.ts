// Heat of a house by its contracts: the prices of the run, the lines of each account, and what could not be charged.
// A house without a contract is planned as if there were none of this.
import 'server-only'
import { addDays, firstDay, lastDay } from '#server/kernel/period.ts'
import type { Finding, HeatMonth, HeatOff, PriceItem } from '#server/billing/schema.ts'
import { withCorrections, type CorrectionFacts } from '#server/billing/corrections/plan.ts'
import { withCommon } from '#server/billing/joint/plan.ts'
import { planPrices, type HouseFacts, type Planned } from '#server/billing/tariffs/rules.ts'
import { chargeByArea } from './area.ts'
import type { Contract, HeatAccount, HeatFacts, House, LeftAccount, Segment, Unit } from './facts.ts'
import { chargeHotWater } from './hot-water.ts'
import { recalculate } from './late.ts'
import { chargeByMeters } from './metered.ts'
import { monthDifference, overlap, type Range } from './rules.ts'

export type HousePlan = Planned & { readonly accounts: readonly HeatAccount[]; readonly left: readonly LeftAccount[] }

export function planHouse(facts: HouseFacts, heat: HeatFacts | null, corrected: CorrectionFacts | null): HousePlan {
  return withCorrections(planOf(facts, heat), corrected)
}

function planOf(facts: HouseFacts, heat: HeatFacts | null): HousePlan {
  if (heat === null) return { ...withCommon(facts, planPrices(facts)), accounts: [], left: [] }
  const byContract = heat.contracts.length > 0
  const { plan, findings } = withCommon(facts, planPrices(byContract ? { ...facts, services: facts.services.filter(each => each.service !== 'HEAT') } : facts))
  const house = houseOf(facts, heat)
  const made = { area: chargeByArea(house), meters: chargeByMeters(house), water: chargeHotWater(house), late: recalculate(heat, house.off) }
  const ways = [made.area, made.meters, made.water]
  return {
    plan: { ...plan, items: [...plan.items, ...ways.flatMap<PriceItem>(each => each.items), ...made.late.items] },
    findings: [...findings, ...oneOfEach(ways.flatMap<Finding>(each => each.findings)), ...uncovered(house)],
    accounts: accountsOf(house, made),
    left: [...made.late.left].map(([accountId, months]) => ({ accountId, recalculated: months.map(givenOf) })),
  }
}

function houseOf(facts: HouseFacts, heat: HeatFacts): House {
  const month = { from: firstDay(facts.period), to: lastDay(facts.period) }
  const offOf = (service: string) => heat.interruptions.filter(each => each.service === service).map<HeatOff>(each => [each.act, each.from, each.to])
  return { facts, heat, month, off: { HEAT: offOf('HEAT'), HOT_WATER: offOf('HOT_WATER') }, season: heat.seasons.flatMap(each => cut(each, month)), segments: segmentsOf(heat, month) }
}

/** Whose contract holds on which days: one's own, and the house's on all other days of a flat. */
export function segmentsOf({ contracts, units }: Pick<HeatFacts, 'contracts' | 'units'>, month: Range): Map<string, readonly Segment[]> {
  const inMonth = (contract: Contract) => {
    const range = overlap({ from: contract.from, to: contract.to ?? month.to }, month)
    return range === null ? [] : [{ ...range, contract }]
  }
  const house = contracts.filter(each => each.premisesId === null).flatMap(inMonth)
  const own = Map.groupBy(contracts.filter(each => each.premisesId !== null), each => each.premisesId)
  return new Map(units.map((unit: Unit) => {
    const clip = (all: readonly Segment[]) => (unit.from === month.from && unit.to === month.to ? all : all.flatMap(each => cut(each, unit)))
    const mine = (own.get(unit.premisesId) ?? []).flatMap(inMonth).toSorted((a, b) => (a.from < b.from ? -1 : 1))
    if (mine.length === 0) return [unit.accountId, unit.kind === 'APARTMENT' ? clip(house) : []]
    const rest = unit.kind === 'APARTMENT' ? without(month, mine).flatMap(gap => house.flatMap(each => cut(each, gap))) : []
    return [unit.accountId, clip([...mine, ...rest].toSorted((a, b) => (a.from < b.from ? -1 : 1)))]
  }))
}

function cut<Part extends Range>(part: Part, to: Range): Part[] {
  const range = overlap(part, to)
  return range === null ? [] : [{ ...part, ...range }]
}

/** Days of a range that no part covers; the parts are in order and apart. */
function without(range: Range, parts: readonly Range[]): Range[] {
  const gaps: Range[] = []
  let next = range.from
  for (const part of parts) {
    if (part.from > next) gaps.push({ from: next, to: addDays(part.from, -1) })
    next = addDays(part.to, 1)
  }
  return next <= range.to ? [...gaps, { from: next, to: range.to }] : gaps
}

// A flat that the house is to charge for heat, and that has no contract on a day of the season.
function uncovered({ facts, heat, season, segments }: House): Finding[] {
  const kinds = new Set(facts.services.filter(each => each.service === 'HEAT').flatMap(each => each.kinds))
  if (heat.contracts.length === 0) return []
  return heat.units.filter(unit => kinds.has(unit.kind)).flatMap(unit => {
    const mine = segments.get(unit.accountId) ?? []
    const [gap] = season.flatMap(each => overlap(each, unit) ?? []).flatMap(each => without(each, mine.flatMap(one => overlap(one, each) ?? [])))
    return gap ? [{ service: 'HEAT' as const, code: 'noHeatContract' as const, day: gap.from, premisesId: unit.premisesId, unitKind: unit.kind, unit: unit.number }] : []
  })
}

function oneOfEach(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map(each => [JSON.stringify(each), each])).values()]
}

type Parts = { readonly area: ReturnType<typeof chargeByArea>; readonly meters: ReturnType<typeof chargeByMeters>; readonly water: ReturnType<typeof chargeHotWater>; readonly late: ReturnType<typeof recalculate> }

function accountsOf(house: House, { area, meters, water, late }: Parts): HeatAccount[] {
  const lines = Map.groupBy([...area.lines, ...meters.lines, ...water.lines, ...late.lines], each => each.accountId)
  return house.heat.units.flatMap(({ accountId }) => {
    const mine = (lines.get(accountId) ?? []).map(each => each.line)
    const { settled, estimates } = (mine.some(each => each.heat?.meters) ? meters.own.get(accountId) : undefined) ?? { settled: [], estimates: [] }
    const hot = water.volumes.has(accountId)
    return mine.length === 0 && !hot ? [] : [{ accountId, lines: mine, hot, volume: water.volumes.get(accountId) ?? null, settled, estimates, recalculated: (late.months.get(accountId) ?? []).map(givenOf) }]
  })
}

function givenOf(month: HeatMonth): HeatAccount['recalculated'][number] {
  const { net, vat } = monthDifference(month)
  return { charge_period: month.period, line_key: month.key, net: String(net), vat: String(vat) }
}
