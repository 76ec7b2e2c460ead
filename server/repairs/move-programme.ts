import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { formatMoney, formatNumber } from '#server/kernel/format.ts'
import { programmeMoney, stageTotals } from '#server/repairs/works/queries.ts'
import { cancelProgramme } from './cancel-programme.ts'
import { workDone, workStarted } from './events.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { estimatesOf, houseMoney, lockProgramme, type Programme } from './queries.ts'
import { reconcileProgramme } from './reconcile-programme.ts'
import { neededToStart, programmeLife, refused, titleForAll } from './rules.ts'
import type { MoveProgrammeInput, ProgrammeState } from './schema.ts'

/**
 * Works begin behind their gate (an approved estimate, a contract, so much gathered) and end when every stage of them has its act.
 * The two ends of a programme are acts of their own.
 */
export async function moveProgramme(ctx: Context, input: MoveProgrammeInput): Promise<{ state: ProgrammeState }> {
  if (input.event === 'cancel') return cancelProgramme(ctx, input).then(() => ({ state: 'CANCELLED' }))
  if (input.event === 'reconcile') return reconcileProgramme(ctx, input).then(() => ({ state: 'RECONCILED' }))
  const house = await houseMoney(ctx, input.buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const programme = await lockProgramme(ctx, input)
  const state = programmeLife.next(programme.state, input.event)
  await (input.event === 'startWork' ? begin(ctx, programme, input) : end(ctx, programme))
  await record(ctx, { action: 'repairs.moveProgramme', buildingId: input.buildingId, subjectType: 'repairProgramme', subjectId: input.programmeId, ground: input.ground,
    before: { state: programme.state }, after: { state, ...(input.contract ? { contract: input.contract } : {}) } })
  return { state }
}

async function begin(ctx: Context, programme: Programme, { contract }: MoveProgrammeInput): Promise<void> {
  const { buildingId, programmeId, title } = programme
  if (!contract) throw invalid('repairs.contractNeeded')
  await assertMayStart(ctx, programme, contract)
  const { number, datedOn, contractor } = contract
  await ctx.db.$executeRaw`update repair_programmes set state = 'IN_WORK', contract_number = ${number}, contract_on = ${datedOn}::date, contractor = ${contractor}
    where building_id = ${buildingId}::uuid and programme_id = ${programmeId}::uuid`
    .catch((error: unknown) => { throw refused(sqlState(error)) ?? error })
  await emit(ctx, { name: workStarted, buildingId, payload: { programmeId, title: titleForAll(title), contractor } })
}

async function end(ctx: Context, { buildingId, programmeId, title }: Programme): Promise<void> {
  const { count, open, bare } = await stageTotals(ctx, { buildingId, programmeId })
  if (count === 0 || open > 0) throw conflict('repairs.stagesOpen')
  if (bare > 0) throw conflict('repairs.stageWithoutAct')
  await ctx.db.$executeRaw`update repair_programmes set state = 'DONE' where building_id = ${buildingId}::uuid and programme_id = ${programmeId}::uuid`
  await emit(ctx, { name: workDone, buildingId, payload: { programmeId, title: titleForAll(title) } })
}

/** The gate; app.start_repair is the same in the database. */
async function assertMayStart(ctx: Context, programme: Programme, { datedOn }: { datedOn: string }): Promise<void> {
  const voted = (await estimatesOf(ctx, programme)).find(each => each.version === programme.approvedVersion)
  if (!voted || voted.ownersTotal === null || voted.startPercent === null) throw conflict('repairs.notApprovedYet')
  if (datedOn > ctx.today) throw invalid('repairs.actInFuture')
  const { held, refundable } = await programmeMoney(ctx, programme)
  const needed = neededToStart(voted.ownersTotal, voted.startPercent)
  if (held - refundable >= needed) return
  const told = (amount: bigint) => formatMoney(amount, programme.currency, ctx.locale)
  throw conflict('repairs.gatherFirst', { needed: told(needed), held: told(held - refundable), percent: formatNumber(voted.startPercent) })
}
