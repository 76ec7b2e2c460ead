import 'server-only'
import { record } from '#server/audit/record.ts'
import { storeFile } from '#server/documents/store-file.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import { stageOf } from '#server/repairs/works/queries.ts'
import { stageDone } from './events.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney, lockProgramme } from './queries.ts'
import { titleForAll } from './rules.ts'
import type { CloseStageInput } from './schema.ts'

/** A stage is done: its act of completed works and photos of what was made; only with a paper for what it cost. */
export async function closeStage(ctx: Context, input: CloseStageInput): Promise<{ stageId: string }> {
  const { buildingId, programmeId, stageId, completedOn, act, photos } = input
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  if (completedOn > ctx.today) throw invalid('repairs.actInFuture')
  const programme = await lockProgramme(ctx, input)
  const stage = await stageOf(ctx, input)
  if (!stage) throw notFound('repairs.stageNotFound')
  if (programme.state !== 'IN_WORK') throw conflict('repairs.notInWork')
  if (programme.contract && completedOn < programme.contract.datedOn) throw invalid('repairs.beforeContract')
  if (stage.completedOn !== null) throw conflict('repairs.stageDone')
  if (stage.acts === 0) throw conflict('repairs.stageWithoutAct')
  await ctx.db.$executeRaw`update repair_stages set completed_on = ${completedOn}::date, completion_act = ${act}, completed_by = ${ctx.actor.personId}::uuid
    where building_id = ${buildingId}::uuid and programme_id = ${programmeId}::uuid and stage_id = ${stageId}::uuid`
  await asService(ctx, 'payments', async inner => {
    const machine = { ...inner, actor: { ...inner.actor, personId: null } }
    for (const photo of photos) await storeFile(machine, { buildingId, premisesId: null, kind: 'ACT', subjectType: 'repairStage', subjectId: stageId, bytes: Buffer.from(photo, 'base64'), shared: true })
  })
  await record(ctx, { action: 'repairs.closeStage', buildingId, subjectType: 'repairStage', subjectId: stageId, ground: `${act}, ${completedOn}`, after: { programmeId, photos: photos.length } })
  await emit(ctx, { name: stageDone, buildingId, payload: { programmeId, title: titleForAll(programme.title), stage: titleForAll(stage.title), act } })
  return { stageId }
}
