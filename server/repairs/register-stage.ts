import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { stageTotals } from '#server/repairs/works/queries.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { estimatesOf, houseMoney, lockProgramme } from './queries.ts'
import { titleOf } from './rules.ts'
import type { RegisterStageInput } from './schema.ts'

/** A stage of the works with its plan; the plans together are no more than the voted estimate. */
export async function registerStage(ctx: Context, input: RegisterStageInput): Promise<{ n: number }> {
  const { buildingId, programmeId, stageId, plan, dueOn } = input
  const title = titleOf(input, ctx.locale)
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const programme = await lockProgramme(ctx, input)
  const known = await knownStage(ctx, input)
  if (known !== null) return { n: known }
  if (!['COLLECTING', 'IN_WORK'].includes(programme.state)) throw conflict('repairs.notInWork')
  const estimate = (await estimatesOf(ctx, input)).find(each => each.version === programme.approvedVersion)
  const { last, planned } = await stageTotals(ctx, input)
  if (!estimate || planned + plan > estimate.total) throw conflict('repairs.stagesOverEstimate')
  const n = last + 1
  await ctx.db.$executeRaw`insert into repair_stages (building_id, programme_id, stage_id, n, title, title_locale, titles, plan, due_on, registered_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${stageId}::uuid, ${n}, ${title.text}, ${title.locale}, ${JSON.stringify(title.others)}::jsonb, ${plan}, ${dueOn}::date, ${ctx.actor.personId}::uuid)`
  await record(ctx, { action: 'repairs.registerStage', buildingId, subjectType: 'repairStage', subjectId: stageId, after: { programmeId, n, title, plan, dueOn } })
  return { n }
}

/** The stage that this id names already: the same once more changes nothing, another under its id is refused. The programme is locked. */
async function knownStage(ctx: Context, input: RegisterStageInput): Promise<number | null> {
  const { buildingId, programmeId, stageId, plan, dueOn } = input
  const title = titleOf(input, ctx.locale)
  const rows = await ctx.db.$queryRaw<{ n: number; same: boolean }[]>`select s.n, (s.title, s.title_locale, s.titles, s.plan) = (${title.text}, ${title.locale}, ${JSON.stringify(title.others)}::jsonb, ${plan}::bigint) and s.due_on is not distinct from ${dueOn}::date
      and s.registered_by is not distinct from ${ctx.actor.personId}::uuid as same from repair_stages s
    where s.building_id = ${buildingId}::uuid and s.programme_id = ${programmeId}::uuid and s.stage_id = ${stageId}::uuid`
  if (rows[0] && !rows[0].same) throw conflict('repairs.stageExists')
  return rows[0]?.n ?? null
}
