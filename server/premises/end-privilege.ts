import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { assertMayKeepRegister } from './policy.ts'
import { findPremises, houseReach } from './queries.ts'
import type { EndPrivilegeInput } from './schema.ts'

/** The last day of a privilege; it may come earlier, never later: that is another privilege. */
export async function endPrivilege(ctx: Context, input: EndPrivilegeInput): Promise<{ privilegeId: string }> {
  const house = await houseReach(ctx, input.buildingId)
  await findPremises(ctx, input, house.mayKeep)
  assertMayKeepRegister(ctx.actor, house.mayKeep)
  const ended = await ctx.db.$executeRaw`update premises_privileges set valid_to = ${input.lastDay}::date
    where building_id = ${input.buildingId}::uuid and premises_id = ${input.premisesId}::uuid and privilege_id = ${input.privilegeId}::uuid
      and valid_from <= ${input.lastDay}::date and coalesce(valid_to, 'infinity') > ${input.lastDay}::date`
  if (ended === 0) throw conflict('premises.noSuchRecord')
  await record(ctx, { action: 'premises.endPrivilege', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'premises', subjectId: input.premisesId, ground: input.ground,
    after: { privilegeId: input.privilegeId, lastDay: input.lastDay } })
  return { privilegeId: input.privilegeId }
}
