import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { conflict, forbidden, invalid } from '#server/kernel/errors.ts'
import { addDays } from '#server/kernel/period.ts'
import { findNorm, type ConsumptionNorm } from './norms/queries.ts'
import type { DecideNormInput } from './norms/schema.ts'
import { assertMayDeclineRule, assertMayEndNorm, assertMayPublishRule } from './policy.ts'

/** The second person publishes, and the norm before ends on the eve; or sends back. A published norm ends, or ends earlier: bills that were made stay. */
export async function decideNorm(ctx: Context, input: DecideNormInput): Promise<{ normId: string }> {
  const norm = await findNorm(ctx, input.normId)
  const told = await decisions[input.decision](ctx, norm, input).catch((error: unknown) => { throw refusal(error) })
  await record(ctx, { action: 'billing.decideNorm', buildingId: null, subjectType: 'consumptionNorm', subjectId: told.id, ground: input.reason ?? told.actId ?? told.source,
    before: { state: told.state, to: told.to }, after: { decision: input.decision, lastDay: input.lastDay } })
  return { normId: told.id }
}

type Act = (ctx: Context, norm: ConsumptionNorm | null, input: DecideNormInput) => Promise<ConsumptionNorm>
const decisions: Record<DecideNormInput['decision'], Act> = { PUBLISH: publish, DECLINE: decline, END: end }

async function publish(ctx: Context, found: ConsumptionNorm | null): Promise<ConsumptionNorm> {
  const norm = assertMayPublishRule('norms', found)
  await ctx.db.$executeRaw`update consumption_norms set valid_to = ${addDays(norm.from, -1)}::date where country = ${norm.country} and territory_prefix = ${norm.territoryPrefix} and service = ${norm.service} and not demonstration
    and published_at is not null and withdrawn_at is null and valid_from < ${norm.from}::date and coalesce(valid_to, 'infinity') >= ${norm.from}::date`
  await ctx.db.$executeRaw`update consumption_norms set published_at = app.now() where norm_id = ${norm.id}::uuid`
  return norm
}

async function decline(ctx: Context, found: ConsumptionNorm | null, { reason }: DecideNormInput): Promise<ConsumptionNorm> {
  const norm = assertMayDeclineRule('norms', found)
  if (reason === null) throw invalid('services.reasonNeeded')
  await ctx.db.$executeRaw`update consumption_norms set declined_at = app.now(), declined_by = ${ctx.actor.personId}::uuid, declined_reason = ${reason} where norm_id = ${norm.id}::uuid`
  return norm
}

async function end(ctx: Context, found: ConsumptionNorm | null, { lastDay, reason }: DecideNormInput): Promise<ConsumptionNorm> {
  const norm = assertMayEndNorm(found)
  if (reason === null) throw invalid('services.reasonNeeded')
  if (lastDay === null || lastDay < norm.from || (norm.to !== null && lastDay >= norm.to)) throw invalid('norms.endOutside')
  await ctx.db.$executeRaw`update consumption_norms set valid_to = ${lastDay}::date, own_to = ${lastDay}::date where norm_id = ${norm.id}::uuid`
  return norm
}

function refusal(error: unknown): unknown {
  const state = sqlState(error)
  if (state === '23P01') return conflict('norms.overlaps')
  if (state === 'UY060') return forbidden('norms.fourEyes')
  return state === 'UY001' ? conflict('norms.notADraft') : error
}
