import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { stageTotals } from '#server/repairs/works/queries.ts'
import { cancelProgramme } from './cancel-programme.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney, lockProgramme } from './queries.ts'
import { reconcileProgramme } from './reconcile-programme.ts'
import { programmeLife } from './rules.ts'
import type { MoveProgrammeInput, ProgrammeState } from './schema.ts'

/** Works begin and end, each on its document; they end when every stage of them has its act. The two ends of a programme are acts of their own. */
export async function moveProgramme(ctx: Context, input: MoveProgrammeInput): Promise<{ state: ProgrammeState }> {
  if (input.event === 'cancel') return cancelProgramme(ctx, input).then(() => ({ state: 'CANCELLED' }))
  if (input.event === 'reconcile') return reconcileProgramme(ctx, input).then(() => ({ state: 'RECONCILED' }))
  const house = await houseMoney(ctx, input.buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const programme = await lockProgramme(ctx, input)
  const state = programmeLife.next(programme.state, input.event)
  if (input.event === 'finishWork') {
    const { count, open } = await stageTotals(ctx, input)
    if (count === 0 || open > 0) throw conflict('repairs.stagesOpen')
  }
  await ctx.db.$executeRaw`update repair_programmes set state = ${state} where building_id = ${input.buildingId}::uuid and programme_id = ${input.programmeId}::uuid`
  await record(ctx, { action: 'repairs.moveProgramme', buildingId: input.buildingId, subjectType: 'repairProgramme', subjectId: input.programmeId, ground: input.ground,
    before: { state: programme.state }, after: { state } })
  return { state }
}
