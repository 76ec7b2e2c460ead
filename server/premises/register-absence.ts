import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
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
  const added = await ctx.db.$executeRaw`insert into person_absences (building_id, absence_id, premises_id, persons, from_day, to_day, ground)
    values (${input.buildingId}::uuid, ${input.absenceId}::uuid, ${input.premisesId}::uuid, ${input.persons}, ${input.since}::date, ${input.until}::date, ${input.ground}) on conflict do nothing`
  if (added === 0) {
    // The same once more changes nothing; another under its id is refused.
    const same = await ctx.db.$queryRaw<unknown[]>`select from person_absences a where a.building_id = ${input.buildingId}::uuid and a.absence_id = ${input.absenceId}::uuid
      and (a.premises_id, a.persons, a.from_day, a.ground) = (${input.premisesId}::uuid, ${input.persons}::int, ${input.since}::date, ${input.ground}) and a.to_day is not distinct from ${input.until}::date`
    if (same.length === 0) throw conflict('premises.recordedAlready')
    return { absenceId: input.absenceId }
  }
  await record(ctx, { action: 'premises.registerAbsence', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'premises', subjectId: input.premisesId,
    ground: input.ground, after: { absenceId: input.absenceId, persons: input.persons, since: input.since, until: input.until } })
  return { absenceId: input.absenceId }
}
