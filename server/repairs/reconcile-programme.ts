import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { saveClosing } from '#server/repairs/works/closing.ts'
import { actsTotal, programmeMoney, stageTotals, type ProgrammeMoney } from '#server/repairs/works/queries.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney, lockProgramme } from './queries.ts'
import { programmeLife } from './rules.ts'
import type { ReconcileProgrammeInput } from './schema.ts'

/** The end of the works in money: what the accounts paid is what was spent and what is left, and every sum spent has its act. */
export async function reconcileProgramme(ctx: Context, input: ReconcileProgrammeInput): Promise<ProgrammeMoney> {
  const { buildingId, programmeId, ground } = input
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const programme = await lockProgramme(ctx, input)
  const state = programmeLife.next(programme.state, 'reconcile')
  if ((await stageTotals(ctx, input)).bare > 0) throw conflict('repairs.stageWithoutAct')
  const money = await programmeMoney(ctx, input)
  if (money.gathered !== money.spent + money.held || money.spent !== (await actsTotal(ctx, input)).owners) throw conflict('repairs.notReconciled')
  await ctx.db.$executeRaw`update repair_programmes set state = ${state} where building_id = ${buildingId}::uuid and programme_id = ${programmeId}::uuid`
  await saveClosing(ctx, { ...input, kind: 'RECONCILED', money })
  await record(ctx, { action: 'repairs.reconcileProgramme', buildingId, subjectType: 'repairProgramme', subjectId: programmeId, ground, before: { state: programme.state }, after: { state, ...money } })
  return money
}
