import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { assertMayKeepRegister } from './policy.ts'
import { findPremises, houseReach } from './queries.ts'
import type { RegisterPrivilegeInput } from './schema.ts'

const overlap = '23P01'

/** A privilege of a service by date: the flat is charged by the tariff that has this condition. */
export async function registerPrivilege(ctx: Context, input: RegisterPrivilegeInput): Promise<{ privilegeId: string }> {
  const house = await houseReach(ctx, input.buildingId)
  await findPremises(ctx, input, house.mayKeep)
  assertMayKeepRegister(ctx.actor, house.mayKeep)
  if (input.until !== null && input.until < input.since) throw invalid('premises.datesCrossed')
  await ctx.db.$executeRaw`insert into premises_privileges (building_id, privilege_id, premises_id, service, valid_from, valid_to, ground)
    values (${input.buildingId}::uuid, ${input.privilegeId}::uuid, ${input.premisesId}::uuid, ${input.service}, ${input.since}::date, ${input.until}::date, ${input.ground})`.catch((error: unknown) => {
    const state = sqlState(error)
    if (state === overlap) throw conflict('premises.privilegeOverlaps')
    throw state === uniqueViolation ? conflict('premises.recordedAlready') : error
  })
  await record(ctx, { action: 'premises.registerPrivilege', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'premises', subjectId: input.premisesId,
    ground: input.ground, after: { privilegeId: input.privilegeId, service: input.service, since: input.since, until: input.until } })
  return { privilegeId: input.privilegeId }
}
