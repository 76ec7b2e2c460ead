import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { conflict, forbidden, invalid, notFound } from '#server/kernel/errors.ts'
import { formatDate } from '#server/kernel/format.ts'
import { addDays } from '#server/kernel/period.ts'
import { countedTo, findPenalty, type PenaltyRow } from './penalties/desk.ts'
import type { DecidePenaltyInput } from './penalties/schema.ts'
import { assertMayDeclinePenalty, assertMayEndPenalty, assertMayPublishPenalty } from './policy.ts'

/** The second person publishes, and the rule before ends on the eve; or sends back. A published rule ends, or is switched off: counted days stay. */
export async function decidePenalty(ctx: Context, input: DecidePenaltyInput): Promise<{ ruleId: string }> {
  const rule = await findPenalty(ctx, input.ruleId)
  if (!rule) throw notFound('penalties.notFound')
  const counted = await countedTo(ctx, rule)
  await decisions[input.decision](ctx, rule, input).catch((error: unknown) => { throw refusal(error, counted) })
  await record(ctx, { action: 'billing.decidePenalty', buildingId: null, subjectType: 'penaltyRule', subjectId: rule.ruleId, ground: input.reason ?? rule.actId ?? rule.source,
    before: { state: rule.state, to: rule.to, enabled: rule.enabled }, after: { decision: input.decision, lastDay: input.lastDay } })
  return { ruleId: rule.ruleId }
}

type Act = (ctx: Context, rule: PenaltyRow, input: DecidePenaltyInput) => Promise<void>
const decisions: Record<DecidePenaltyInput['decision'], Act> = { PUBLISH: publish, DECLINE: decline, END: end, SWITCH_OFF: switchOff }

async function publish(ctx: Context, found: PenaltyRow): Promise<void> {
  const { ruleId, country, fund, payerKind, from } = assertMayPublishPenalty(found)
  await ctx.db.$executeRaw`update penalty_rules set valid_to = ${addDays(from, -1)}::date where country = ${country} and fund = ${fund} and payer_kind = ${payerKind} and published_at is not null
    and valid_from < ${from}::date and coalesce(valid_to, 'infinity') >= ${from}::date`
  await ctx.db.$executeRaw`update penalty_rules set published_at = app.now() where rule_id = ${ruleId}`
}

async function decline(ctx: Context, found: PenaltyRow, { reason }: DecidePenaltyInput): Promise<void> {
  const { ruleId } = assertMayDeclinePenalty(found)
  if (reason === null) throw invalid('services.reasonNeeded')
  await ctx.db.$executeRaw`update penalty_rules set declined_at = app.now(), declined_by = ${ctx.actor.personId}::uuid, declined_reason = ${reason} where rule_id = ${ruleId}`
}

async function end(ctx: Context, found: PenaltyRow, { lastDay, reason }: DecidePenaltyInput): Promise<void> {
  const { ruleId, from, to } = assertMayEndPenalty(found)
  if (reason === null) throw invalid('services.reasonNeeded')
  if (lastDay === null || lastDay < from || (to !== null && lastDay >= to)) throw invalid('penalties.endOutside')
  await ctx.db.$executeRaw`update penalty_rules set valid_to = ${lastDay}::date where rule_id = ${ruleId}`
}

async function switchOff(ctx: Context, found: PenaltyRow, { reason }: DecidePenaltyInput): Promise<void> {
  const { ruleId, enabled } = assertMayEndPenalty(found)
  if (reason === null) throw invalid('services.reasonNeeded')
  if (!enabled) throw conflict('penalties.offAlready')
  await ctx.db.$executeRaw`update penalty_rules set enabled = false where rule_id = ${ruleId}`
}

function refusal(error: unknown, counted: string | null): unknown {
  const state = sqlState(error)
  if (state === 'UY013') return conflict('penalties.counted', { date: counted === null ? '' : formatDate(counted) })
  if (state === '23P01') return conflict('penalties.overlaps')
  if (state === 'UY060') return forbidden('penalties.fourEyes')
  return state === 'UY001' ? conflict('penalties.notADraft') : error
}
