import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { conflict, forbidden } from '#server/kernel/errors.ts'
import { lastDay } from '#server/kernel/period.ts'
import { assertMayPublishHeat } from '#server/billing/policy.ts'
import { billedUpTo, findHeat, type FoundHeat } from '#server/billing/heat/records.ts'
import type { HeatInput } from '#server/billing/heat/schema.ts'

/** The second person: from its first day on houses are charged by it. Months that are billed stay as they are. */
export async function publishHeat(ctx: Context, input: HeatInput): Promise<{ heatId: string }> {
  const found = assertMayPublishHeat(await findHeat(ctx, input))
  await assertNotBilled(ctx, found)
  await publish(ctx, found).catch((error: unknown) => { throw refusal(error) })
  await record(ctx, { action: 'billing.publishHeat', buildingId: found.kind === 'CONTRACT' ? found.buildingId : null, subjectType: `heat${found.kind}`, subjectId: found.id,
    ground: found.kind === 'CONTRACT' ? found.number : found.actId ?? '', after: { from: found.from, to: found.to } })
  return { heatId: found.id }
}

async function assertNotBilled(ctx: Context, found: FoundHeat): Promise<void> {
  if (found.kind !== 'CONTRACT') return
  const period = await billedUpTo(ctx, found.buildingId)
  if (period !== null && found.from <= lastDay(period)) throw conflict('heat.monthBilled', { period })
}

async function publish(ctx: Context, found: FoundHeat): Promise<void> {
  if (found.kind === 'SEASON') await ctx.db.$executeRaw`update service_seasons set published_at = app.now() where season_id = ${found.id}::uuid`
  else if (found.kind === 'NORM') await ctx.db.$executeRaw`update hot_water_norms set published_at = app.now() where norm_id = ${found.id}::uuid`
  else await ctx.db.$executeRaw`update heat_contracts set published_at = app.now() where building_id = ${found.buildingId}::uuid and contract_id = ${found.id}::uuid`
}

function refusal(error: unknown): unknown {
  const state = sqlState(error)
  if (state === '23P01') return conflict('heat.overlaps')
  if (state === 'UY062') return conflict('heat.twoWays')
  if (state === 'UY060') return forbidden('heat.fourEyes')
  return state === 'UY001' ? conflict('heat.notADraft') : error
}
