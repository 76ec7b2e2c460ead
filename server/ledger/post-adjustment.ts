import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { emit } from '#server/infra/event-queue.ts'
import { grantOnBuilding } from '#server/kernel/actor.ts'
import { conflict } from '#server/kernel/errors.ts'
import { periodOf } from '#server/kernel/period.ts'
import { conclusionFacts } from '#server/ledger/adjustments/queries.ts'
import type { PostAdjustmentInput } from '#server/ledger/adjustments/schema.ts'
import { adjustmentPosted, type AdjustmentAnnounced } from '#server/ledger/events.ts'
import { assertMayApply } from '#server/ledger/policy.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { refused } from '#server/ledger/rules.ts'

/**
 * Changes a debt on a conclusion, once and within its range: the person takes the conclusion, the machine posts what was taken.
 * The database judges both; what it refuses leaves nothing behind.
 */
export async function postAdjustment(ctx: Context, input: PostAdjustmentInput): Promise<{ seq: bigint }> {
  const conclusion = assertMayApply(await conclusionFacts(ctx, input))
  const { buildingId, conclusionId, transactionId, amount } = input
  const { accountId, premisesId, fund } = conclusion
  const period = periodOf(ctx.today)
  await ctx.db.$executeRaw`insert into conclusion_uses (building_id, conclusion_id, account_id, premises_id, fund, amount, period, transaction_id, used_by)
    values (${buildingId}::uuid, ${conclusionId}::uuid, ${accountId}::uuid, ${premisesId}::uuid, ${fund}, ${amount}, ${period}, ${transactionId}::uuid, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => {
      const state = sqlState(error)
      throw state === uniqueViolation ? conflict('ledger.conclusionUsed') : refused(state) ?? error
    })
  const seq = await asService(ctx, 'billing', inner => postToAccount({ ...inner, actor: { ...inner.actor, personId: null } }, {
    buildingId, accountId, premisesId, period, transactionId, kind: 'ADJUSTMENT', valueDate: ctx.today, sourceType: 'conclusion', sourceId: conclusionId,
    lines: [{ fund, amount, contra: 'INCOME' }],
  }))
  await record(ctx, {
    action: 'ledger.postAdjustment', buildingId, premisesId, subjectType: 'inspectionConclusion', subjectId: conclusionId, ground: conclusion.conclusion, grantId: grantOnBuilding(ctx.actor, 'adjustment.request', buildingId)?.id ?? null,
    after: { accountId, fund, amount, transactionId },
  })
  const payload: AdjustmentAnnounced = { premisesId, number: conclusion.number, amount: String(amount), currency: conclusion.currency, conclusion: conclusion.conclusion }
  await emit(ctx, { name: adjustmentPosted, buildingId, payload })
  return { seq }
}
