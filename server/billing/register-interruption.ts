import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { assertMayRegisterInterruption } from './policy.ts'
import type { RegisterInterruptionInput } from './heat/schema.ts'

/** An act says that a service was not there. Its days are not charged; where the month is billed, the heat of a contract is recalculated on the next bill. */
export async function registerInterruption(ctx: Context, input: RegisterInterruptionInput): Promise<{ interruptionId: string; billed: string[]; recalculated: string[] }> {
  const [reach] = await ctx.db.$queryRaw<{ may: boolean }[]>`select ${input.buildingId}::uuid = any(auth.buildings('{billing.run}')) as may`
  assertMayRegisterInterruption(reach?.may ?? false)
  if (input.to < input.from) throw invalid('tariffs.datesCrossed')
  if (input.to > ctx.today) throw invalid('heat.actAhead')
  const added = await ctx.db.$executeRaw`insert into service_interruptions (building_id, interruption_id, service, from_day, to_day, act_number, recorded_by)
    values (${input.buildingId}::uuid, ${input.interruptionId}::uuid, ${input.service}, ${input.from}::date, ${input.to}::date, ${input.act}, ${ctx.actor.personId}::uuid) on conflict do nothing`
  // The same once more changes nothing; another under its id is refused.
  const same = added > 0 ? [] : await ctx.db.$queryRaw<unknown[]>`select from service_interruptions x where x.building_id = ${input.buildingId}::uuid and x.interruption_id = ${input.interruptionId}::uuid
    and (x.service, x.from_day, x.to_day, x.act_number) = (${input.service}, ${input.from}::date, ${input.to}::date, ${input.act})`
  if (added === 0 && same.length === 0) throw conflict('heat.actRegistered')
  const months = await ctx.db.$queryRaw<{ period: string; heated: boolean }[]>`select r.period::text as period,
      exists (select from jsonb_array_elements(r.prices -> 'items') i where i ->> 'service' = ${input.service} and i ->> 'of' in ('AREA', 'PERSONS') and i ? 'heat') as heated from billing_runs r where r.building_id = ${input.buildingId}::uuid
    and r.period between ${input.from.slice(0, 7)} and ${input.to.slice(0, 7)} order by r.period`
  const said = { interruptionId: input.interruptionId, billed: months.map(each => each.period), recalculated: months.filter(each => each.heated).map(each => each.period) }
  if (added === 0) return said
  await record(ctx, { action: 'billing.registerInterruption', buildingId: input.buildingId, subjectType: 'serviceInterruption', subjectId: input.interruptionId, ground: input.act,
    after: { service: input.service, from: input.from, to: input.to, billed: said.billed } })
  return said
}
