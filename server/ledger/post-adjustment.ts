import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { grantOnBuilding } from '#server/kernel/actor.ts'
import { periodOf } from '#server/kernel/period.ts'
import { conclusionFacts } from '#server/ledger/adjustments/queries.ts'
import type { PostAdjustmentInput } from '#server/ledger/adjustments/schema.ts'
import { takeConclusion } from '#server/ledger/adjustments/take-conclusion.ts'
import { adjustmentPosted, type AdjustmentAnnounced } from '#server/ledger/events.ts'
import { assertMayApply } from '#server/ledger/policy.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'

/**
 * Changes a debt on a conclusion, once and within its range: the person takes the conclusion, the machine posts what was taken.
 * The database judges both; what it refuses leaves nothing behind.
 */
export async function postAdjustment(ctx: Context, input: PostAdjustmentInput): Promise<{ seq: bigint }> {
  const conclusion = assertMayApply(await conclusionFacts(ctx, input))
  const { buildingId, conclusionId, transactionId, amount } = input
  const { accountId, premisesId, fund } = conclusion
  const known = await usedSo(ctx, input)
  if (known !== null) return { seq: known }
  const period = periodOf(ctx.today)
  await takeConclusion(ctx, { buildingId, conclusionId, accountId, premisesId, fund, amount, period, transactionId })
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

/** The posting that this very act made already, by the same person: asked once more, it is the answer. */
async function usedSo(ctx: Context, { buildingId, conclusionId, transactionId, amount }: PostAdjustmentInput): Promise<bigint | null> {
  const rows = await ctx.db.$queryRaw<{ seq: bigint }[]>`select e.seq from conclusion_uses u join ledger_entries e on e.building_id = u.building_id and e.account_key = u.account_id and e.period = u.period and e.transaction_id = u.transaction_id
    where u.building_id = ${buildingId}::uuid and u.conclusion_id = ${conclusionId}::uuid and (u.transaction_id, u.amount, u.used_by) = (${transactionId}::uuid, ${amount}::bigint, ${ctx.actor.personId}::uuid) order by e.line limit 1`
  return rows[0]?.seq ?? null
}
