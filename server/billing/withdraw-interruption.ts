import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { conflict, forbidden, notFound } from '#server/kernel/errors.ts'
import type { WithdrawInterruptionInput } from './heat/schema.ts'
import { assertMayRegisterInterruption } from './policy.ts'

type Found = { service: string; from: string; to: string; act: string; counted: string | null; reason: string | null; counterAct: string | null; withdrawn: boolean }

/** An act that was written down wrongly. No bill knows of it: it is taken back. Bills have counted it: another person undoes it on a counter-act, and the next bill recalculates as by an act that came late. */
export async function withdrawInterruption(ctx: Context, input: WithdrawInterruptionInput): Promise<{ interruptionId: string; counted: boolean; recalculated: string[] }> {
  const { buildingId, interruptionId, reason, counterAct } = input
  const [reach] = await ctx.db.$queryRaw<{ may: boolean }[]>`select ${buildingId}::uuid = any(auth.buildings('{billing.run}')) as may`
  assertMayRegisterInterruption(reach?.may ?? false)
  const [found] = await ctx.db.$queryRaw<Found[]>`select x.service, x.from_day::text as "from", x.to_day::text as "to", x.act_number as act, app.interruption_counted(x.building_id, x.from_day, x.recorded_at) as counted, x.withdrawn_reason as reason,
    x.counter_act as "counterAct", x.withdrawn_at is not null as withdrawn from service_interruptions x where x.building_id = ${buildingId}::uuid and x.interruption_id = ${interruptionId}::uuid`
  if (!found) throw notFound('heat.notFound')
  const said = { interruptionId, counted: found.counted !== null, recalculated: found.counted === null ? [] : await recalculatedMonths(ctx, buildingId, found) }
  if (found.withdrawn) {
    if (found.reason === reason && found.counterAct === counterAct) return said
    throw conflict('heat.actWithdrawn')
  }
  await ctx.db.$executeRaw`update service_interruptions set withdrawn_at = app.now(), withdrawn_by = ${ctx.actor.personId}::uuid, withdrawn_reason = ${reason}, counter_act = ${counterAct}
    where building_id = ${buildingId}::uuid and interruption_id = ${interruptionId}::uuid`.catch((error: unknown) => { throw refusal(error, found) })
  await record(ctx, { action: 'billing.withdrawInterruption', buildingId, subjectType: 'serviceInterruption', subjectId: interruptionId, ground: counterAct ?? reason, before: { service: found.service, from: found.from, to: found.to, act: found.act }, after: { reason, counterAct, counted: found.counted } })
  return said
}

async function recalculatedMonths(ctx: Context, buildingId: string, { service, from, to }: Found): Promise<string[]> {
  const months = await ctx.db.$queryRaw<{ period: string }[]>`select r.period::text as period from billing_runs r where r.building_id = ${buildingId}::uuid and r.period between ${from.slice(0, 7)} and ${to.slice(0, 7)}
    and exists (select from jsonb_array_elements(r.prices -> 'items') i where i ->> 'service' = ${service} and i ->> 'of' in ('AREA', 'PERSONS') and i ? 'heat') order by r.period`
  return months.map(each => each.period)
}

function refusal(error: unknown, { counted }: Found): unknown {
  const state = sqlState(error)
  if (state === 'UY063') return conflict('heat.counterActNeeded', { period: counted ?? '' })
  if (state === 'UY060') return forbidden('heat.counterActOther')
  return state === 'UY001' ? conflict('heat.actWithdrawn') : error
}
