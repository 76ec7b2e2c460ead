import 'server-only'
import type { Actor } from '#server/kernel/actor.ts'
import { forbidden, notFound } from '#server/kernel/errors.ts'

/** Facts come from the same transaction, where row-level security has already hidden other people's houses. */
export type MeterReach = { readonly buildingId: string; readonly premisesId: string | null; readonly maySubmit: boolean; readonly mayRegister: boolean }

export type ReadingSource = 'RESIDENT' | 'CLERK' | 'IMPORT' | 'SYSTEM'

/** As whom the actor hands a reading in; staff must say for whom and why. */
export function canSubmitReading(actor: Actor, meter: MeterReach, onBehalf: boolean): ReadingSource {
  if (!meter.maySubmit) throw forbidden('meters.mayNotSubmit')
  if (actor.kind === 'SERVICE') return 'SYSTEM'
  if (meter.premisesId !== null && livesThere(actor, meter.buildingId, meter.premisesId)) return 'RESIDENT'
  if (!onBehalf && meter.premisesId !== null) throw forbidden('meters.callerNeeded')
  return 'CLERK'
}

/** Registering and replacing devices belongs to whoever keeps the register. */
export function canRegisterMeter(actor: Actor, reach: Pick<MeterReach, 'mayRegister'>): void {
  if (!reach.mayRegister) throw forbidden('meters.mayNotRegister', { kind: actor.kind })
}

/** Which flats have not sent readings is a matter of the house: council and management. */
export function canSeeMissingReadings(reaches: boolean): void {
  if (!reaches) throw notFound('common.notFound')
}

export function canImportReadings(actor: Actor, reaches: boolean): void {
  if (actor.service !== 'imports' && actor.service !== 'seed' && !reaches) throw forbidden('meters.mayNotRegister', { kind: actor.kind })
}

function livesThere(actor: Actor, buildingId: string, premisesId: string): boolean {
  return actor.grants.some(grant => grant.scopeType === 'UNIT' && grant.buildingId === buildingId && grant.premisesId === premisesId && grant.rights.includes('reading.submit'))
}
