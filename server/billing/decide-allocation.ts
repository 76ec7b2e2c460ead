import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, forbidden, invalid } from '#server/kernel/errors.ts'
import { findAllocationDraft } from './allocation/desk.ts'
import type { DecideAllocationInput } from './allocation/schema.ts'
import { assertMayDeclineRule, assertMayPublishRule } from './policy.ts'

/** The second person publishes, and payments from its day on are split by it; or sends back. The order is named by its country, year and place in the year, as receipts print it. */
export async function decideAllocation(ctx: Context, { draftId, decision, reason }: DecideAllocationInput): Promise<{ draftId: string }> {
  const found = await findAllocationDraft(ctx, draftId)
  const publish = decision === 'PUBLISH'
  const draft = publish ? assertMayPublishRule('allocation', found) : assertMayDeclineRule('allocation', found)
  if (!publish && reason === null) throw invalid('services.reasonNeeded')
  if (publish && draft.from <= ctx.today) throw invalid('allocation.pastDay')
  await ctx.db.$executeRaw`update allocation_drafts set accepted = ${publish}, reason = ${publish ? null : reason} where draft_id = ${draftId}::uuid`.catch((error: unknown) => { throw refusal(error) })
  if (publish) {
    await ctx.db.$executeRaw`insert into payment_allocation_rules (rule_id, country, valid_from, fund_order, advance_fund, act_id, source, verified)
      select concat_ws('-', d.country, to_char(d.valid_from, 'YYYY'), (select count(*) + 1 from payment_allocation_rules r where r.country = d.country and to_char(r.valid_from, 'YYYY') = to_char(d.valid_from, 'YYYY'))),
        d.country, d.valid_from, d.fund_order, d.advance_fund, d.act_id, d.source, false from allocation_drafts d where d.draft_id = ${draftId}::uuid`.catch((error: unknown) => { throw refusal(error) })
  }
  await record(ctx, { action: 'billing.decideAllocation', buildingId: null, subjectType: 'allocationDraft', subjectId: draftId, ground: reason ?? draft.actId ?? draft.source,
    after: { decision, country: draft.country, from: draft.from, fundOrder: draft.fundOrder, advanceFund: draft.advanceFund } })
  return { draftId }
}

function refusal(error: unknown): unknown {
  const state = sqlState(error)
  if (state === uniqueViolation) return conflict('allocation.known')
  if (state === 'UY060') return forbidden('allocation.fourEyes')
  return state === 'UY001' ? conflict('allocation.notADraft') : error
}
