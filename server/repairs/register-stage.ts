import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { isLocalDate } from '#server/kernel/period.ts'
import { stageTotals } from '#server/repairs/works/queries.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { estimatesOf, houseMoney, lockProgramme } from './queries.ts'
import type { RegisterStageInput } from './schema.ts'

/** A stage of the works with its plan; the plans together are no more than the voted estimate. */
export async function registerStage(ctx: Context, input: RegisterStageInput): Promise<{ n: number }> {
  const { buildingId, programmeId, stageId, title, plan, dueOn } = input
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  if (dueOn !== null && !isLocalDate(dueOn)) throw invalid('repairs.wrongDate')
  const programme = await lockProgramme(ctx, input)
  if (!['COLLECTING', 'IN_WORK'].includes(programme.state)) throw conflict('repairs.notInWork')
  const estimate = (await estimatesOf(ctx, input)).find(each => each.version === programme.approvedVersion)
  const { count, planned } = await stageTotals(ctx, input)
  if (!estimate || planned + plan > estimate.total) throw conflict('repairs.stagesOverEstimate')
  const n = count + 1
  await ctx.db.$executeRaw`insert into repair_stages (building_id, programme_id, stage_id, n, title, plan, due_on, registered_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${stageId}::uuid, ${n}, ${title}, ${plan}, ${dueOn}::date, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => { throw sqlState(error) === uniqueViolation ? conflict('repairs.stageExists') : error })
  await record(ctx, { action: 'repairs.registerStage', buildingId, subjectType: 'repairStage', subjectId: stageId, after: { programmeId, n, title, plan, dueOn } })
  return { n }
}
