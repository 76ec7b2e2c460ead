import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { daysInPeriod, lastDay } from '#server/kernel/period.ts'
import { assertMayEndHeat } from '#server/billing/policy.ts'
import { billedUpTo, findHeat, type FoundHeat } from '#server/billing/heat/records.ts'
import type { EndHeatInput } from '#server/billing/heat/schema.ts'

/** A draft is taken or sent back as it stands; what is published ends, or ends earlier. Bills that were made stay. */
export async function endHeat(ctx: Context, input: EndHeatInput): Promise<{ heatId: string }> {
  const found = assertMayEndHeat(await findHeat(ctx, input))
  if (found.state === 'DRAFT') await decline(ctx, found, input.ground)
  else await end(ctx, found, await judgeLastDay(ctx, found, input.lastDay))
  await record(ctx, { action: 'billing.endHeat', buildingId: found.kind === 'CONTRACT' ? found.buildingId : null, subjectType: `heat${found.kind}`, subjectId: found.id, ground: input.ground,
    before: { state: found.state, to: found.to }, after: { lastDay: input.lastDay } })
  return { heatId: found.id }
}

async function judgeLastDay(ctx: Context, found: FoundHeat, day: string | null): Promise<string> {
  if (day === null || day < found.from || (found.to !== null && day >= found.to)) throw invalid('heat.endOutside')
  if (found.kind !== 'CONTRACT') return day
  const billed = await billedUpTo(ctx, found.buildingId)
  if (billed !== null && day < lastDay(billed)) throw conflict('heat.monthBilled', { period: billed })
  judgeWhole(found, day)
  return day
}

function judgeWhole({ mode, policy, hotWater }: Extract<FoundHeat, { kind: 'CONTRACT' }>, day: string): void {
  if (Number(day.slice(8)) === daysInPeriod(day.slice(0, 7))) return
  if (mode !== 'BY_AREA' || policy === 'SPREAD_12') throw invalid('heat.wholeMonths')
  if (hotWater) throw invalid('heat.hotWaterWholeMonths')
}

async function end(ctx: Context, found: FoundHeat, day: string): Promise<void> {
  if (found.kind === 'SEASON') await ctx.db.$executeRaw`update service_seasons set to_day = ${day}::date where season_id = ${found.id}::uuid`
  else if (found.kind === 'NORM') await ctx.db.$executeRaw`update hot_water_norms set valid_to = ${day}::date where norm_id = ${found.id}::uuid`
  else await ctx.db.$executeRaw`update heat_contracts set valid_to = ${day}::date where building_id = ${found.buildingId}::uuid and contract_id = ${found.id}::uuid`
}

async function decline(ctx: Context, found: FoundHeat, reason: string): Promise<void> {
  const person = ctx.actor.personId
  if (found.kind === 'SEASON') await ctx.db.$executeRaw`update service_seasons set declined_at = app.now(), declined_by = ${person}::uuid, declined_reason = ${reason} where season_id = ${found.id}::uuid`
  else if (found.kind === 'NORM') await ctx.db.$executeRaw`update hot_water_norms set declined_at = app.now(), declined_by = ${person}::uuid, declined_reason = ${reason} where norm_id = ${found.id}::uuid`
  else await ctx.db.$executeRaw`update heat_contracts set declined_at = app.now(), declined_by = ${person}::uuid, declined_reason = ${reason} where building_id = ${found.buildingId}::uuid and contract_id = ${found.id}::uuid`
}
