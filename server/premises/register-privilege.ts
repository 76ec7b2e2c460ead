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
  if (await isRegistered(ctx, input)) return { privilegeId: input.privilegeId }
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

/** The same once more changes nothing; another under its id is refused. */
async function isRegistered(ctx: Context, { buildingId, premisesId, privilegeId, service, since, until, ground }: RegisterPrivilegeInput): Promise<boolean> {
  const rows = await ctx.db.$queryRaw<{ same: boolean }[]>`select (p.premises_id, p.service, p.valid_from, p.ground) = (${premisesId}::uuid, ${service}, ${since}::date, ${ground}) and p.valid_to is not distinct from ${until}::date as same
    from premises_privileges p where p.building_id = ${buildingId}::uuid and p.privilege_id = ${privilegeId}::uuid`
  if (rows[0] && !rows[0].same) throw conflict('premises.recordedAlready')
  return rows.length > 0
}
