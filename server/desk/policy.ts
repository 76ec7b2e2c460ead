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
