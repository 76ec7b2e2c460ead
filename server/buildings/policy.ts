import 'server-only'
import { isService, type Actor } from '#server/kernel/actor.ts'
import { forbidden, notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'

/** The organisation for which the actor may enter a new house: their own, or any of their country's. */
export function organisationForNewHouse(actor: Actor, country: Country, wanted: string | undefined): string | null {
  if (isService(actor, 'imports', 'seed')) return wanted ?? null
  const grants = actor.grants.filter(grant => grant.rights.includes('registry.write'))
  const own = grants.filter(grant => grant.scopeType === 'ORGANISATION').map(grant => grant.scopeId)
  const whole = grants.some(grant => grant.scopeType === 'COUNTRY' && grant.scopeId === country)
  if (wanted !== undefined && (whole || own.includes(wanted))) return wanted
  if (wanted === undefined && (own[0] !== undefined || whole)) return own[0] ?? null
  throw forbidden('buildings.mayNotRegister')
}

/** `reaches` was read in the same transaction: does the session's right to the register reach this house? */
export function assertMayCorrect(actor: Actor, reaches: boolean): void {
  if (!reaches && !isService(actor, 'imports', 'seed')) throw forbidden('buildings.mayNotCorrect')
}

export function assertMayList(actor: Actor): void {
  if (!actor.grants.some(grant => grant.rights.includes('registry.read') && grant.scopeType !== 'UNIT') && actor.kind !== 'SERVICE') throw notFound()
}
