import 'server-only'
import type { Actor } from '#server/kernel/actor.ts'
import { forbidden } from '#server/kernel/errors.ts'

/** A letter is its person's own; nobody opens another's inbox, whatever they may do in the house. */
export function ownInbox(actor: Actor): string {
  if (actor.personId === null) throw forbidden('common.signInNeeded')
  return actor.personId
}
