import 'server-only'
import { forbidden, notFound } from '#server/kernel/errors.ts'
import type { Actor } from '#server/kernel/actor.ts'

/** Only somebody at a desk: a right given by an organisation, in a staff session. */
export function canSearchDesk(actor: Actor): void {
  if (actor.kind !== 'STAFF' || !actor.grants.some(grant => grant.rights.includes('desk.search'))) throw forbidden('desk.notAtDesk')
}

/** `found`: the premises as row-level security showed them; an unseen house is not found, never forbidden. */
export function canOpenCard(actor: Actor, found: boolean): void {
  canSearchDesk(actor)
  if (!found) throw notFound('desk.cardNotFound')
}

/** The homes whose people may see who looked at them: everybody signed in, their own. */
export function canSeeViews(actor: Actor): { buildingId: string; premisesId: string }[] {
  if (actor.personId === null) throw forbidden('common.signInNeeded')
  return actor.grants.flatMap(({ scopeType, buildingId, premisesId, rights }) =>
    scopeType === 'UNIT' && buildingId !== null && premisesId !== null && rights.includes('account.read') ? [{ buildingId, premisesId }] : [])
}

/** The organisation for which the clerk sits at the desk; it stands in the trail beside the reason. */
export function deskOrganisation(actor: Actor): string | null {
  const grants = actor.grants.filter(grant => grant.scopeType === 'ORGANISATION' && grant.rights.includes('desk.search'))
  return (grants.find(grant => grant.id === actor.actingGrantId) ?? grants[0])?.scopeId ?? null
}
