import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney, shareRule } from './queries.ts'
import type { OpenProgrammeInput } from './schema.ts'

/** A repair of the house begins: its money is kept apart from the first day, and the owners' part is the law's of this day. */
export async function openProgramme(ctx: Context, input: OpenProgrammeInput): Promise<{ programmeId: string; ownersPercent: string }> {
  const house = await houseMoney(ctx, input.buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  if (input.kind === 'TARGETED' && house.country !== 'KZ') throw invalid('repairs.targetedOnlyKz')
  const rule = await shareRule(ctx, house.country, ctx.today)
  if (!rule) throw invalid('repairs.noShareRule')
  const { buildingId, programmeId, kind, title, year } = input
  await ctx.db.$executeRaw`insert into repair_programmes (building_id, programme_id, kind, title, year, owners_percent, share_source, currency, opened_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${kind}, ${title}, ${year}, ${rule.ownersPercent}::numeric, ${rule.source}, ${house.currency}, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => { throw sqlState(error) === uniqueViolation ? conflict('repairs.programmeExists') : error })
  await record(ctx, { action: 'repairs.openProgramme', buildingId, subjectType: 'repairProgramme', subjectId: programmeId, ground: rule.source, after: { kind, title, year, ownersPercent: rule.ownersPercent } })
  return { programmeId, ownersPercent: rule.ownersPercent }
}
