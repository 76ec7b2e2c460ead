import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import type { LocalDate, Period } from '#server/kernel/period.ts'
import { allExact, dueDate, gapsInOrder } from '#server/billing/rules.ts'
import type { HouseFacts, Planned } from '#server/billing/tariffs/rules.ts'
import type { HeatAccount, HeatFacts, LeftAccount } from '#server/billing/heat/facts.ts'
import type { CorrectionFacts } from '#server/billing/corrections/plan.ts'
import { correctionFactsOf } from '#server/billing/corrections/queries.ts'
import { planHouse, type HousePlan } from '#server/billing/heat/plan.ts'
import { heatFactsOf, heatRows } from '#server/billing/heat/queries.ts'
import { withPrepaid } from '#server/billing/prepaid/queries.ts'
import { finesOf } from '#server/billing/penalties/queries.ts'
import type { Finding } from '#server/billing/schema.ts'
import { postLeft } from '#server/billing/left/queries.ts'
import { postBills, sampleLines, type HouseToRun } from './queries.ts'

/** Why a house was left alone; the others of its batch go on. */
export type HeldReason = 'billing.noDueDay' | 'billing.findingsNotAccepted' | 'billing.alreadyBilled' | 'month.closed' | 'billing.houseBusy' | 'billing.houseFailed'
/** What the database answers to a run into books that are closed. */
export const monthClosed = 'UY070'
export type Outcome =
  | { readonly buildingId: string; readonly state: 'HELD'; readonly reason: HeldReason; readonly findings: readonly Finding[] }
  | {
    readonly buildingId: string; readonly state: 'POSTED'; readonly runId: string; readonly accounts: number; readonly lineCount: number
    readonly total: bigint; readonly billsHash: string; readonly dueOn: LocalDate; readonly findings: readonly Finding[]
  }

export type Batch = {
  readonly houses: readonly HouseToRun[]
  readonly period: Period
  readonly acceptFindings: boolean
  readonly personId: string | null
}

type PlannedHouse = HouseToRun & { readonly accounts: readonly HeatAccount[]; readonly left: readonly LeftAccount[] }
type Group = { readonly prices: string; readonly planned: Planned; readonly dueDay: number; readonly houses: readonly PlannedHouse[] }

/** Posts houses as the billing service: those with the same prices by one statement. */
export async function postHouses(ctx: Context, batch: Batch): Promise<Outcome[]> {
  const held = batch.houses.flatMap(house => heldAtOnce(house))
  const rest = batch.houses.filter(house => held.every(each => each.buildingId !== house.buildingId))
  const outcomes: Outcome[] = [...held]
  const heat = await heatFactsOf(ctx, rest, batch.period)
  const corrected = await correctionFactsOf(ctx, rest, batch.period)
  const plans = await withPrepaid(ctx, planEach(rest, heat, corrected), batch.period)
  for (const group of groupByPrices(plans.map(({ house, plan: { accounts, left, ...planned } }) => ({ house: { ...house, accounts, left }, planned })))) {
    outcomes.push(...await postGroup(ctx, batch, group))
  }
  return outcomes
}

/** Houses that share their facts share their plan, unless a house has heat contracts or corrected readings of its own. */
function planEach(houses: readonly HouseToRun[], heat: ReadonlyMap<string, HeatFacts>, corrected: ReadonlyMap<string, CorrectionFacts>): { house: HouseToRun; plan: HousePlan }[] {
  const common = new Map<HouseFacts, HousePlan>()
  return houses.map(house => {
    const [contracts, readings] = [heat.get(house.buildingId) ?? null, corrected.get(house.buildingId) ?? null]
    if (contracts !== null || readings !== null) return { house, plan: planHouse(house.facts, contracts, readings) }
    const plan = common.get(house.facts) ?? planHouse(house.facts, null, null)
    common.set(house.facts, plan)
    return { house, plan }
  })
}

function heldAtOnce(house: HouseToRun): Outcome[] {
  if (house.billed) return [{ buildingId: house.buildingId, state: 'HELD', reason: 'billing.alreadyBilled', findings: [] }]
  if (house.dueDay === null) return [{ buildingId: house.buildingId, state: 'HELD', reason: 'billing.noDueDay', findings: [] }]
  return []
}

function groupByPrices(houses: readonly { house: PlannedHouse; planned: Planned }[]): Group[] {
  const groups = new Map<string, Group>()
  const texts = new Map<Planned['plan'], string>()
  for (const { house, planned } of houses) {
    const prices = texts.get(planned.plan) ?? JSON.stringify(planned.plan)
    texts.set(planned.plan, prices)
    // What is shared within a house is divided for one house at a time.
    const alone = planned.plan.items.some(each => each.houseNet !== null && each.heat === undefined) ? house.buildingId : ''
    const key = `${alone}|${house.country}|${house.dueDay ?? 0}|${JSON.stringify(planned.findings)}|${prices}`
    const group = groups.get(key)
    groups.set(key, { prices, planned, dueDay: house.dueDay ?? 0, houses: [...(group?.houses ?? []), house] })
  }
  return [...groups.values()]
}

async function postGroup(ctx: Context, batch: Batch, group: Group): Promise<Outcome[]> {
  const { planned, houses, prices } = group
  const [first] = houses
  if (!first) return []
  if (planned.findings.length > 0 && !batch.acceptFindings) {
    return houses.map(({ buildingId }) => ({ buildingId, state: 'HELD', reason: 'billing.findingsNotAccepted', findings: planned.findings }))
  }
  const dueOn = dueDate(batch.period, group.dueDay)
  const runs = houses.map(({ buildingId }) => ({ buildingId, runId: newId(), eventId: newId() }))
  const fines = await finesOf(ctx, { buildingIds: houses.map(each => each.buildingId), period: batch.period, today: ctx.today, items: planned.plan.items, facts: first.facts })
  const posted = await postBills(ctx, {
    houses: runs, period: batch.period, prices, dueOn, currency: jurisdictionOf(first.country).currency,
    findings: JSON.stringify(planned.findings), personId: batch.personId, acceptFindings: batch.acceptFindings, fines, heat: heatRows(houses.flatMap(each => each.accounts)),
  })
  const lacking = batch.acceptFindings ? [] : posted.filter(each => each.gaps.length > 0)
  if (lacking.length > 0) {
    const held = lacking.map(({ buildingId, gaps }): Outcome => ({ buildingId, state: 'HELD', reason: 'billing.findingsNotAccepted', findings: gapsInOrder(gaps) }))
    const rest = houses.filter(house => lacking.every(each => each.buildingId !== house.buildingId))
    return [...held, ...await postGroup(ctx, batch, { ...group, houses: rest })]
  }
  for (const { buildingId, left } of houses) {
    if (left.length > 0) await postLeft(ctx, { buildingId, period: batch.period, left })
  }
  await assertExact(ctx, batch, group)
  return posted.map(({ gaps, ...each }) => ({
    ...each, state: 'POSTED', runId: runs.find(run => run.buildingId === each.buildingId)?.runId ?? '', dueOn, findings: [...planned.findings, ...gapsInOrder(gaps)],
  }))
}

async function assertExact(ctx: Context, batch: Batch, { houses, planned }: Group): Promise<void> {
  const sample = await sampleLines(ctx, houses.map(house => house.buildingId), batch.period)
  if (!sample.every(lines => allExact(lines, planned.plan))) throw new Error(`bills for ${batch.period} do not recompute`)
}
