import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { periodOf } from '#server/kernel/period.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { refundOrdered } from './events.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { decidedSo, houseMoney, lockProgramme, refundOf } from './queries.ts'
import { refused } from './rules.ts'
import type { DecideRefundInput } from './schema.ts'

/** The second of four eyes: another person orders the bank, and the money leaves the fund it was paid into and no other. */
export async function approveRefund(ctx: Context, { buildingId, refundId, ground }: DecideRefundInput): Promise<{ transactionId: string }> {
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const refund = await refundOf(ctx, { buildingId, refundId })
  if (!refund) throw notFound('repairs.refundNotFound')
  await lockProgramme(ctx, { buildingId, programmeId: refund.programmeId })
  const known = await decidedSo(ctx, { buildingId, refundId, approved: true, ground })
  if (known) return { transactionId: known.transactionId }
  const transactionId = newId()
  const { programmeId, premisesId, accountId, amount } = refund
  await ctx.db.$executeRaw`insert into repair_refund_decisions (building_id, refund_id, premises_id, approved, ground, transaction_id, decided_by)
    values (${buildingId}::uuid, ${refundId}::uuid, ${premisesId}::uuid, true, ${ground}, ${transactionId}::uuid, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => {
      const state = sqlState(error)
      throw state === uniqueViolation ? conflict('repairs.refundDecided') : refused(state) ?? error
    })
  await asService(ctx, 'payments', inner => postToAccount({ ...inner, actor: { ...inner.actor, personId: null } }, {
    buildingId, accountId, premisesId, period: periodOf(ctx.today), transactionId, kind: 'REFUND', valueDate: ctx.today, sourceType: 'refund', sourceId: refundId,
    lines: [{ fund: `PROGRAMME:${programmeId}`, amount, contra: 'BANK' }],
  }))
  await record(ctx, { action: 'repairs.approveRefund', buildingId, premisesId, subjectType: 'repairRefund', subjectId: refundId, ground, after: { programmeId, amount, transactionId } })
  await emit(ctx, { name: refundOrdered, buildingId, payload: { programmeId, premisesId, amount: String(amount), currency: house.currency, ground } })
  return { transactionId }
}
