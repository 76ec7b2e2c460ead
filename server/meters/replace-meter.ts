import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sha256 } from '#server/infra/crypto.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { meterReplaced } from '#server/meters/events.ts'
import { canRegisterMeter } from '#server/meters/policy.ts'
import { laterReadingOn, lockMeter, type Meter, meterById } from '#server/meters/queries.ts'
import { registerMeter } from '#server/meters/register-meter.ts'
import type { ReplaceMeterInput } from '#server/meters/schema.ts'
import { storeReading } from '#server/meters/store-reading.ts'

/** By an act: the old device leaves with its last figures, the new one comes with its first. The month has two segments. */
export async function replaceMeter(ctx: Context, input: ReplaceMeterInput): Promise<{ meterId: string }> {
  const old = await meterById(ctx.db, input.buildingId, input.meterId)
  canRegisterMeter(ctx.actor, old)
  await lockMeter(ctx.db, old)
  await assertReplaceable(ctx, old, input)
  await storeReading(ctx, {
    readingId: newId(), meter: old, values: input.finalValues, takenOn: input.installedOn, submittedAt: ctx.now, confirmed: input.confirmed, ifAsked: 'ASK',
    onBehalf: { callerName: input.act, reason: 'act' }, contentHash: sha256(JSON.stringify(['final', old.meterId, input.finalValues])),
  })
  await ctx.db.$executeRaw`update meters set removed_on = ${input.installedOn}::date where building_id = ${old.buildingId}::uuid and meter_id = ${old.meterId}::uuid`
  const { newMeterId, meterId, finalValues: _, confirmed: __, ...device } = input
  await registerMeter(ctx, { ...device, meterId: newMeterId, premisesId: old.premisesId, service: old.service, unit: old.unit, replacesMeterId: meterId })
  await record(ctx, {
    action: 'meters.removeMeter', buildingId: old.buildingId, premisesId: old.premisesId, subjectType: 'meter', subjectId: old.meterId, ground: input.act,
    before: { removedOn: null }, after: { removedOn: input.installedOn, finalValues: input.finalValues },
  })
  await emit(ctx, { name: meterReplaced, buildingId: old.buildingId, payload: { meterId, newMeterId, premisesId: old.premisesId, service: old.service, serial: input.serial, on: input.installedOn } })
  return { meterId: newMeterId }
}

async function assertReplaceable(ctx: Context, old: Meter, input: ReplaceMeterInput): Promise<void> {
  if (old.removedOn !== null) throw conflict('meters.alreadyReplaced')
  if (input.installedOn > ctx.today) throw invalid('meters.installedInFuture')
  if (await laterReadingOn(ctx.db, old, input.installedOn) !== null) throw invalid('meters.readAfterReplacement')
}
