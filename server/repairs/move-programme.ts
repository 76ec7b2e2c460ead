import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney, lockProgramme } from './queries.ts'
import { programmeLife } from './rules.ts'
import type { MoveProgrammeInput, ProgrammeState } from './schema.ts'

/** Works begin, end and are reconciled, each on its document. */
export async function moveProgramme(ctx: Context, input: MoveProgrammeInput): Promise<{ state: ProgrammeState }> {
  const house = await houseMoney(ctx, input.buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const programme = await lockProgramme(ctx, input)
  const state = programmeLife.next(programme.state, input.event)
  await ctx.db.$executeRaw`update repair_programmes set state = ${state} where building_id = ${input.buildingId}::uuid and programme_id = ${input.programmeId}::uuid`
  await record(ctx, { action: 'repairs.moveProgramme', buildingId: input.buildingId, subjectType: 'repairProgramme', subjectId: input.programmeId, ground: input.ground,
    before: { state: programme.state }, after: { state } })
  return { state }
}
