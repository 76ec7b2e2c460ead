import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { findAllocationDraft } from './allocation/desk.ts'
import type { DraftAllocationInput } from './allocation/schema.ts'
import { assertMayDraftAllocation } from './policy.ts'
import { actOf } from './tariffs/acts.ts'

/** In which order payments of a country will cover debts, as the act says it. No payment is split by it until another person publishes it and its day comes. */
export async function draftAllocation(ctx: Context, input: DraftAllocationInput): Promise<{ draftId: string }> {
  const { draftId, country, from, fundOrder, advanceFund, source } = input
  const [reach] = await ctx.db.$queryRaw<{ may: boolean }[]>`select auth.may_tariff('tariff.publish', ${country}, '') as may`
  assertMayDraftAllocation(reach?.may ?? false)
  const known = await findAllocationDraft(ctx, draftId)
  // The same once more changes nothing; another under its id is refused.
  if (known) {
    if (JSON.stringify([known.country, known.from, known.fundOrder, known.advanceFund, known.source]) !== JSON.stringify([country, from, fundOrder, advanceFund, source])) throw conflict('tariffs.draftedAlready')
    return { draftId }
  }
  if (from <= ctx.today) throw invalid('allocation.pastDay')
  const there = await ctx.db.$queryRaw<unknown[]>`select from payment_allocation_rules r where r.country = ${country} and r.valid_from = ${from}::date`
  if (there.length > 0) throw conflict('allocation.known')
  const actId = await actOf(ctx, { ...input, id: draftId, what: 'order of allocation' })
  await ctx.db.$executeRaw`insert into allocation_drafts (draft_id, country, valid_from, fund_order, advance_fund, act_id, source, drafted_by)
    values (${draftId}::uuid, ${country}, ${from}::date, ${fundOrder}::text[], ${advanceFund}, ${actId}, ${source}, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => { throw sqlState(error) === uniqueViolation ? conflict('tariffs.draftedAlready') : error })
  await record(ctx, { action: 'billing.draftAllocation', buildingId: null, subjectType: 'allocationDraft', subjectId: draftId, ground: actId ?? source, after: { country, from, fundOrder, advanceFund } })
  return { draftId }
}
