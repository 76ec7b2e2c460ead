import 'server-only'
import { isService, type Actor } from '#server/kernel/actor.ts'
import { forbidden } from '#server/kernel/errors.ts'

/** Whoever reads the register of a home sits in a staff session; the organisation stands in the trail that its people see. */
export function readingOrganisation(actor: Actor): string | null {
  if (actor.kind !== 'STAFF') throw forbidden('premises.mayNotKeepRegister')
  const grants = actor.grants.filter(grant => grant.scopeType === 'ORGANISATION')
  return (grants.find(grant => grant.id === actor.actingGrantId) ?? grants[0])?.scopeId ?? null
}

/** `reaches` was read in the same transaction: does the session's right to the register reach this house? */
export function assertMayKeepRegister(actor: Actor, reaches: boolean): void {
  if (!reaches && !isService(actor, 'imports', 'seed')) throw forbidden('premises.mayNotKeepRegister')
}
