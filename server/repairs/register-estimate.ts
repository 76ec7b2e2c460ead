import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { estimatesOf, houseMoney, lockProgramme } from './queries.ts'
import { programmeLife, sumEstimate } from './rules.ts'
import type { RegisterEstimateInput } from './schema.ts'

/** A version of the estimate. Earlier versions stay as they were; nobody owes anything until the owners have approved one. */
export async function registerEstimate(ctx: Context, input: RegisterEstimateInput): Promise<{ version: number; total: bigint }> {
  const house = await houseMoney(ctx, input.buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const { buildingId, programmeId, vatPercent } = input
  const programme = await lockProgramme(ctx, input)
  const state = programmeLife.next(programme.state, 'estimate')
  const version = ((await estimatesOf(ctx, input)).at(-1)?.version ?? 0) + 1
  const { lines, netTotal, vatAmount, total } = sumEstimate(input, input.titleLocale ?? ctx.locale)
  const stored = JSON.stringify(lines, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
  await ctx.db.$executeRaw`insert into repair_estimates (building_id, programme_id, version, lines, net_total, vat_percent, vat_amount, total, registered_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${version}, ${stored}::jsonb, ${netTotal}::bigint, ${vatPercent}::numeric, ${vatAmount}::bigint, ${total}::bigint, ${ctx.actor.personId}::uuid)`
  await ctx.db.$executeRaw`update repair_programmes set state = ${state} where building_id = ${buildingId}::uuid and programme_id = ${programmeId}::uuid`
  await record(ctx, { action: 'repairs.registerEstimate', buildingId, subjectType: 'repairProgramme', subjectId: programmeId, before: { state: programme.state }, after: { state, version, total, lines: lines.length } })
  return { version, total }
}
