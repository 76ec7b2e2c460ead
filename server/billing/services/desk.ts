import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import { addDays, periodOf } from '#server/kernel/period.ts'
import { billedUpTo } from '#server/billing/heat/records.ts'
import { planHouse } from '#server/billing/heat/plan.ts'
import { heatFactsOf } from '#server/billing/heat/queries.ts'
import { assertMaySeeServices } from '#server/billing/policy.ts'
import { housesToRun } from '#server/billing/runs/queries.ts'
import type { Finding, PriceItem } from '#server/billing/schema.ts'
import { billedHouses, changeRows, chargedOf, serviceRows, type ChangeRow, type Charged, type ServiceHouse, type ServiceRow } from './queries.ts'
import { differsIn, newFindings, withChange, type Way, type WayField } from './rules.ts'
import type { ServicesInput } from './schema.ts'

/** What a change would do from its first day on: the prices that would be taken, and what would lack. */
export type Effect = { readonly prices: readonly PriceItem[]; readonly findings: readonly Finding[]; readonly charged: Charged; readonly byHeatContract: boolean }
export type OpenChange = { readonly change: ChangeRow; readonly before: ServiceRow | null; readonly differs: readonly WayField[]; readonly effect: Effect | null }
export type ServicesDesk = { readonly houses: readonly ServiceHouse[]; readonly house: (ServiceHouse & { readonly billed: string | null }) | null; readonly rows: readonly ServiceRow[]; readonly changes: readonly ChangeRow[]; readonly open: OpenChange | null }

/** What a house is charged for, what follows, and what waits for the second person. */
export async function servicesDesk(ctx: Context, { buildingId, changeId }: ServicesInput): Promise<ServicesDesk> {
  const houses = await billedHouses(ctx)
  const house = assertMaySeeServices(houses, buildingId)
  if (house === null) return { houses, house, rows: [], changes: [], open: null }
  const rows = await serviceRows(ctx, house.buildingId)
  const [change] = changeId === undefined ? [] : await changeRows(ctx, { buildingId: house.buildingId, id: changeId })
  return { houses, house: { ...house, billed: await billedUpTo(ctx, house.buildingId) }, rows, changes: await changeRows(ctx, { buildingId: house.buildingId }), open: change ? await opened(ctx, { buildingId: house.buildingId, rows, change }) : null }
}

const nothing: Way = { method: null, volumeOf: [], kinds: [], seasonal: false, commonSharedBy: null }
type Opened = { readonly buildingId: string; readonly rows: readonly ServiceRow[]; readonly change: ChangeRow }

async function opened(ctx: Context, { buildingId, rows, change }: Opened): Promise<OpenChange> {
  const eve = addDays(change.from, -1)
  const before = rows.find(row => row.service === change.service && row.from <= eve && (row.to === null || row.to >= eve)) ?? null
  return { change, before, differs: differsIn(before ?? nothing, change), effect: change.state === 'DRAFT' ? await effectOf(ctx, buildingId, change) : null }
}

async function effectOf(ctx: Context, buildingId: string, change: ChangeRow): Promise<Effect> {
  const charged = await chargedOf(ctx, { buildingId, service: change.service, kinds: change.kinds })
  return asService(ctx, 'billing', async inner => {
    const period = periodOf(change.from)
    const [house] = await housesToRun(inner, [buildingId], period)
    if (!house) return { prices: [], findings: [], charged, byHeatContract: false }
    const heat = (await heatFactsOf(inner, [house], period)).get(buildingId) ?? null
    const was = planHouse(house.facts, heat, null)
    const becomes = planHouse({ ...house.facts, services: withChange(house.facts.services, change) }, heat, null)
    return {
      prices: becomes.plan.items.filter(each => each.service === change.service && each.of !== 'RECALC'), findings: newFindings(was.findings, becomes.findings, charged.houseMeter), charged,
      byHeatContract: change.service === 'HEAT' && (heat?.contracts.length ?? 0) > 0,
    }
  })
}
