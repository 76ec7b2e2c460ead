import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { assertMayKeepRegister } from './policy.ts'
import { findPremises, houseReach } from './queries.ts'
import type { RegisterAbsenceInput } from './schema.ts'

/** Registered people who are away for a while: not counted in months on whose first day they are away. */
export async function registerAbsence(ctx: Context, input: RegisterAbsenceInput): Promise<{ absenceId: string }> {
  const house = await houseReach(ctx, input.buildingId)
  await findPremises(ctx, input, house.mayKeep)
  assertMayKeepRegister(ctx.actor, house.mayKeep)
  if (input.until !== null && input.until < input.since) throw invalid('premises.datesCrossed')
  await ctx.db.$executeRaw`insert into person_absences (building_id, absence_id, premises_id, persons, from_day, to_day, ground)
    values (${input.buildingId}::uuid, ${input.absenceId}::uuid, ${input.premisesId}::uuid, ${input.persons}, ${input.since}::date, ${input.until}::date, ${input.ground})`.catch((error: unknown) => {
    throw sqlState(error) === uniqueViolation ? conflict('premises.recordedAlready') : error
  })
  await record(ctx, { action: 'premises.registerAbsence', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'premises', subjectId: input.premisesId,
    ground: input.ground, after: { absenceId: input.absenceId, persons: input.persons, since: input.since, until: input.until } })
  return { absenceId: input.absenceId }
}
