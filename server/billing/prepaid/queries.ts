import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { LocalDate, Period } from '#server/kernel/period.ts'
import type { HeatAccount } from '#server/billing/heat/facts.ts'
import type { HousePlan } from '#server/billing/heat/plan.ts'
import type { PrepaidVolume } from '#server/billing/schema.ts'
import type { HouseFacts } from '#server/billing/tariffs/rules.ts'
import { prepaidOf, risesOf, type PrepaidFacts, type Rise } from './rules.ts'

type House = { readonly buildingId: string; readonly facts: HouseFacts }
type PlannedHouse<Own extends House> = { readonly house: Own; readonly plan: HousePlan }

/** Plans with what was prepaid before a rise. Where no price has risen lately nothing is asked; a house without such an account keeps its plan as it is. */
export async function withPrepaid<Own extends House>(ctx: Pick<Context, 'db'>, planned: readonly PlannedHouse<Own>[], period: Period): Promise<PlannedHouse<Own>[]> {
  const rises = planned.map(({ house, plan }) => ({ buildingId: house.buildingId, rises: risesOf(house.facts, plan.plan.items) }))
  const known = new Map<string, PrepaidFacts>()
  for (const on of new Set(rises.flatMap(each => each.rises.map(rise => rise.on)))) {
    const asked = rises.filter(each => each.rises.some(rise => rise.on === on)).map(each => each.buildingId)
    for (const { buildingId, facts } of await prepaidFacts(ctx, { asked, on, period })) known.set(`${buildingId}|${on}`, facts)
  }
  return planned.map((each, index) => {
    const left = (rises[index]?.rises ?? []).map(rise => ({ rise, volumes: prepaidOf(rise, known.get(`${each.house.buildingId}|${rise.on}`) ?? { accounts: [], prices: {} }) }))
    return { ...each, plan: left.reduce((plan, { rise, volumes }) => keeping(plan, rise, volumes), each.plan) }
  })
}

async function prepaidFacts(ctx: Pick<Context, 'db'>, { asked, on, period }: { asked: readonly string[]; on: LocalDate; period: Period }): Promise<{ buildingId: string; facts: PrepaidFacts }[]> {
  return ctx.db.$queryRaw`select f.building_id::text as "buildingId", f.facts from app.prepaid_facts(${[...asked]}::text[]::uuid[], ${on}::date, ${period}) f`
}

function keeping(house: HousePlan, { key, prepaid }: Rise, volumes: ReadonlyMap<string, PrepaidVolume>): HousePlan {
  if (volumes.size === 0) return house
  const own = (account: HeatAccount) => {
    const left = volumes.get(account.accountId)
    return left === undefined ? account : { ...account, prepaid: { ...account.prepaid, [key]: left } }
  }
  const others = [...volumes.keys()].filter(id => !house.accounts.some(each => each.accountId === id)).sort()
  const accounts = [...house.accounts, ...others.map((accountId): HeatAccount => ({ accountId, lines: [], hot: false, volume: null, settled: [], estimates: [], recalculated: [] }))]
  return { ...house, plan: { ...house.plan, items: house.plan.items.map(item => (item.key === key ? { ...item, prepaid } : item)) }, accounts: accounts.map(own) }
}
