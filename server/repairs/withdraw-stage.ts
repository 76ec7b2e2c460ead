import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { stageOf } from '#server/repairs/works/queries.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney, lockProgramme } from './queries.ts'
import type { WithdrawStageInput } from './schema.ts'

/** A stage planned by mistake: it stays to be seen and is waited for no more. One that is closed or has a paper that stands is no mistake. */
export async function withdrawStage(ctx: Context, input: WithdrawStageInput): Promise<{ stageId: string }> {
  const { buildingId, programmeId, stageId, ground } = input
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const programme = await lockProgramme(ctx, input)
  const known = await ctx.db.$queryRaw<{ same: boolean }[]>`select (w.ground, w.withdrawn_by) = (${ground}, ${ctx.actor.personId}::uuid) as same from repair_stage_withdrawals w
    where w.building_id = ${buildingId}::uuid and w.programme_id = ${programmeId}::uuid and w.stage_id = ${stageId}::uuid`
  if (known[0] && !known[0].same) throw conflict('repairs.stageWithdrawn')
  if (known[0]) return { stageId }
  const stage = await stageOf(ctx, input)
  if (!stage) throw notFound('repairs.stageNotFound')
  if (!['COLLECTING', 'IN_WORK'].includes(programme.state)) throw conflict('repairs.notInWork')
  if (stage.completedOn !== null) throw conflict('repairs.stageDone')
  if (stage.acts > 0) throw conflict('repairs.stageHasActs')
  await ctx.db.$executeRaw`insert into repair_stage_withdrawals (building_id, programme_id, stage_id, ground, withdrawn_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${stageId}::uuid, ${ground}, ${ctx.actor.personId}::uuid)`
  await record(ctx, { action: 'repairs.withdrawStage', buildingId, subjectType: 'repairStage', subjectId: stageId, ground, before: { programmeId, title: stage.title } })
  return { stageId }
}
