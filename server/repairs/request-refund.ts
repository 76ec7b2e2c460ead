import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { accountOfShare, houseMoney, lockProgramme } from './queries.ts'
import { refused } from './rules.ts'
import type { RequestRefundInput } from './schema.ts'

/** The first of four eyes: on the payer's application somebody asks to give back what was paid beyond the part. */
export async function requestRefund(ctx: Context, input: RequestRefundInput): Promise<{ refundId: string }> {
  const { buildingId, programmeId, refundId, premisesId, amount, application } = input
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  await lockProgramme(ctx, input)
  const accountId = await accountOfShare(ctx, input)
  if (accountId === null) throw notFound('repairs.shareNotFound')
  if (await isAsked(ctx, input)) return { refundId }
  await ctx.db.$executeRaw`insert into repair_refunds (building_id, refund_id, programme_id, premises_id, account_id, amount, application, requested_by)
    values (${buildingId}::uuid, ${refundId}::uuid, ${programmeId}::uuid, ${premisesId}::uuid, ${accountId}::uuid, ${amount}, ${application}, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => {
      const state = sqlState(error)
      throw state === uniqueViolation ? conflict('repairs.refundAsked') : refused(state) ?? error
    })
  await record(ctx, { action: 'repairs.requestRefund', buildingId, premisesId, subjectType: 'repairRefund', subjectId: refundId, ground: application, after: { programmeId, amount } })
  return { refundId }
}

/** The same request once more is the same; another under its id is refused. */
async function isAsked(ctx: Context, { buildingId, programmeId, refundId, premisesId, amount, application }: RequestRefundInput): Promise<boolean> {
  const rows = await ctx.db.$queryRaw<{ same: boolean }[]>`select (r.programme_id, r.premises_id, r.amount, r.application, r.requested_by)
      = (${programmeId}::uuid, ${premisesId}::uuid, ${amount}::bigint, ${application}, ${ctx.actor.personId}::uuid) as same
    from repair_refunds r where r.building_id = ${buildingId}::uuid and r.refund_id = ${refundId}::uuid`
  if (rows[0] && !rows[0].same) throw conflict('repairs.refundAsked')
  return rows.length > 0
}
