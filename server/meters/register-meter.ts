import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sha256 } from '#server/infra/crypto.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { periodOf } from '#server/kernel/period.ts'
import { canRegisterMeter } from '#server/meters/policy.ts'
import { registerReach } from '#server/meters/queries.ts'
import { judgeReading, type MeterFacts } from '#server/meters/rules.ts'
import type { RegisterMeterInput } from '#server/meters/schema.ts'

export type NewMeter = Omit<RegisterMeterInput, 'act'> & { act: string; replacesMeterId?: string }

/** A device enters the register with the figures it had on its first day; consumption is counted from them. */
export async function registerMeter(ctx: Context, input: NewMeter): Promise<{ meterId: string }> {
  canRegisterMeter(ctx.actor, await registerReach(ctx.db, input.buildingId))
  const initial = initialRegisters(input, ctx.today)
  try {
    await ctx.db.$executeRaw`insert into meters (building_id, meter_id, premises_id, service, kind, serial, unit, registers, digits, decimals, installed_on, verified_until, replaces_meter_id)
      values (${input.buildingId}::uuid, ${input.meterId}::uuid, ${input.premisesId}::uuid, ${input.service}, ${input.premisesId === null ? 'BUILDING' : 'UNIT'}, ${input.serial},
        ${input.unit}, ${input.registers}, ${input.digits}, ${input.decimals}, ${input.installedOn}::date, ${input.verifiedUntil}::date, ${input.replacesMeterId ?? null}::uuid)`
  } catch (error) {
    if (sqlState(error) === uniqueViolation) throw conflict('meters.serialTaken', { serial: input.serial })
    if (sqlState(error) === '23503') throw invalid('meters.premisesUnknown')
    throw error
  }
  const first = newId()
  await ctx.db.$executeRaw`insert into reading_ids (reading_id, building_id, premises_id, meter_id, taken_on, content_hash)
    values (${first}::uuid, ${input.buildingId}::uuid, ${input.premisesId}::uuid, ${input.meterId}::uuid, ${input.installedOn}::date, ${sha256(JSON.stringify(['first', input.meterId, initial]))})`
  await ctx.db.$executeRaw`insert into readings (building_id, meter_id, taken_on, reading_id, premises_id, period, register_values, consumption, register_consumptions,
      state, source, submitted_at, person_id, note)
    values (${input.buildingId}::uuid, ${input.meterId}::uuid, ${input.installedOn}::date, ${first}::uuid, ${input.premisesId}::uuid, ${periodOf(input.installedOn)},
      ${initial}::numeric[], 0, ${initial.map(() => '0')}::numeric[], 'ACCEPTED', 'SYSTEM', app.now(), ${ctx.actor.personId}::uuid, ${input.act})`
  await record(ctx, {
    action: input.replacesMeterId ? 'meters.replaceMeter' : 'meters.registerMeter', buildingId: input.buildingId, premisesId: input.premisesId,
    subjectType: 'meter', subjectId: input.meterId, ground: input.act, after: input,
  })
  return { meterId: input.meterId }
}

function initialRegisters(input: NewMeter, today: string): string[] {
  const meter: MeterFacts = { ...input, removedOn: null, verifiedUntil: null }
  const verdict = judgeReading(null, { values: input.initialValues, takenOn: input.installedOn },
    { meter, window: { fromDay: 1, toDay: 31, graceDays: 0 }, today, usual: null, laterTakenOn: null })
  if (verdict.kind === 'refused') throw invalid(`meters.${verdict.code}`, verdict.params)
  if (verdict.questions.some(question => question.code === 'futureDate')) throw invalid('meters.installedInFuture')
  return [...verdict.values]
}
