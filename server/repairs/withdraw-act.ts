import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { periodOf } from '#server/kernel/period.ts'
import { reverseTransaction } from '#server/ledger/reverse-transaction.ts'
import { actOf } from '#server/repairs/works/queries.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney, lockProgramme } from './queries.ts'
import { refused } from './rules.ts'
import type { WithdrawActInput } from './schema.ts'

/** An act taken by mistake: it stays to be seen, its posting is reversed, and the fund holds the money again. */
export async function withdrawAct(ctx: Context, input: WithdrawActInput): Promise<{ actId: string }> {
  const { buildingId, programmeId, actId, ground } = input
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  await lockProgramme(ctx, input)
  const act = await actOf(ctx, input)
  if (!act) throw notFound('repairs.actNotFound')
  const same = await ctx.db.$queryRaw<unknown[]>`select from repair_act_withdrawals w where w.building_id = ${buildingId}::uuid and w.programme_id = ${programmeId}::uuid and w.act_id = ${actId}::uuid
    and (w.ground, w.withdrawn_by) = (${ground}, ${ctx.actor.personId}::uuid)`
  if (same.length > 0) return { actId }
  await ctx.db.$executeRaw`insert into repair_act_withdrawals (building_id, programme_id, act_id, ground, withdrawn_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${actId}::uuid, ${ground}, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => {
      const state = sqlState(error)
      throw state === uniqueViolation ? conflict('repairs.actWithdrawn') : refused(state) ?? error
    })
  if (act.ownersAmount > 0n) {
    await asService(ctx, 'payments', inner => reverseTransaction({ ...inner, actor: { ...inner.actor, personId: null } }, {
      buildingId, accountId: null, reversedTransactionId: act.transactionId, transactionId: newId(), period: periodOf(ctx.today), valueDate: ctx.today, sourceType: 'repairAct', sourceId: actId,
    }))
  }
  await record(ctx, { action: 'repairs.withdrawAct', buildingId, subjectType: 'repairAct', subjectId: actId, ground, before: { amount: act.amount, ownersAmount: act.ownersAmount } })
  return { actId }
}
