import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { decidedSo, houseMoney, lockProgramme, refundOf } from './queries.ts'
import type { DecideRefundInput } from './schema.ts'

/** Not given back, and why; whoever asked may also take their own request away so. */
export async function declineRefund(ctx: Context, { buildingId, refundId, ground }: DecideRefundInput): Promise<{ refundId: string }> {
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const refund = await refundOf(ctx, { buildingId, refundId })
  if (!refund) throw notFound('repairs.refundNotFound')
  await lockProgramme(ctx, { buildingId, programmeId: refund.programmeId })
  const known = await decidedSo(ctx, { buildingId, refundId, approved: false, ground })
  if (known) return { refundId }
  await ctx.db.$executeRaw`insert into repair_refund_decisions (building_id, refund_id, premises_id, approved, ground, decided_by)
    values (${buildingId}::uuid, ${refundId}::uuid, ${refund.premisesId}::uuid, false, ${ground}, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => { throw sqlState(error) === uniqueViolation ? conflict('repairs.refundDecided') : error })
  await record(ctx, { action: 'repairs.declineRefund', buildingId, premisesId: refund.premisesId, subjectType: 'repairRefund', subjectId: refundId, ground, after: { programmeId: refund.programmeId, amount: refund.amount } })
  return { refundId }
}
