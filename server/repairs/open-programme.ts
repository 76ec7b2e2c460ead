import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney, indexOn } from './queries.ts'
import { titleOf } from './rules.ts'
import type { OpenProgrammeInput } from './schema.ts'

/** A repair of the house begins: its money is kept apart from the first day, and the owners' part is the law's of this day. The same once more changes nothing. */
export async function openProgramme(ctx: Context, input: OpenProgrammeInput): Promise<{ programmeId: string; ownersPercent: string }> {
  const house = await houseMoney(ctx, input.buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  if (input.kind === 'TARGETED' && house.country !== 'KZ') throw invalid('repairs.targetedOnlyKz')
  const rule = await indexOn(ctx, { country: house.country, code: 'REPAIR_OWNERS_PERCENT', on: ctx.today })
  if (!rule) throw invalid('repairs.noShareRule')
  const { buildingId, programmeId, kind, year } = input
  const title = titleOf(input, ctx.locale)
  const added = await ctx.db.$executeRaw`insert into repair_programmes (building_id, programme_id, kind, title, title_locale, titles, year, owners_percent, share_source, currency, opened_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${kind}, ${title.text}, ${title.locale}, ${JSON.stringify(title.others)}::jsonb, ${year}, ${rule.value}::numeric, ${rule.source}, ${house.currency}, ${ctx.actor.personId}::uuid) on conflict do nothing`
  if (added === 0) {
    const same = await ctx.db.$queryRaw<{ ownersPercent: string }[]>`select trim_scale(p.owners_percent)::text as "ownersPercent" from repair_programmes p
      where p.building_id = ${buildingId}::uuid and p.programme_id = ${programmeId}::uuid and (p.kind, p.title, p.title_locale, p.titles, p.year) = (${kind}, ${title.text}, ${title.locale}, ${JSON.stringify(title.others)}::jsonb, ${year}) and p.opened_by is not distinct from ${ctx.actor.personId}::uuid`
    if (!same[0]) throw conflict('repairs.programmeExists')
    return { programmeId, ...same[0] }
  }
  await record(ctx, { action: 'repairs.openProgramme', buildingId, subjectType: 'repairProgramme', subjectId: programmeId, ground: rule.source, after: { kind, title, year, ownersPercent: rule.value } })
  return { programmeId, ownersPercent: rule.value }
}
