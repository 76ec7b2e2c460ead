import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { assertMayKeepRegister } from './policy.ts'
import { findPremises, houseReach } from './queries.ts'
import type { WithdrawAbsenceInput } from './schema.ts'

/** An absence that was recorded wrongly: it stays to be seen and counts no more. Bills that were made stay. */
export async function withdrawAbsence(ctx: Context, input: WithdrawAbsenceInput): Promise<{ absenceId: string }> {
  const house = await houseReach(ctx, input.buildingId)
  await findPremises(ctx, input, house.mayKeep)
  assertMayKeepRegister(ctx.actor, house.mayKeep)
  const withdrawn = await ctx.db.$executeRaw`update person_absences set withdrawn_at = app.now(), withdrawn_reason = ${input.reason}
    where building_id = ${input.buildingId}::uuid and premises_id = ${input.premisesId}::uuid and absence_id = ${input.absenceId}::uuid and withdrawn_at is null`
  if (withdrawn === 0) throw conflict('premises.noSuchRecord')
  await record(ctx, { action: 'premises.withdrawAbsence', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'premises', subjectId: input.premisesId, ground: input.reason, after: { absenceId: input.absenceId } })
  return { absenceId: input.absenceId }
}
