import 'server-only'
import { isService, type Actor } from '#server/kernel/actor.ts'
import { forbidden, notFound } from '#server/kernel/errors.ts'

/** Read in the same transaction, where row-level security has already hidden other people's houses. */
export type HouseReach = { readonly buildingId: string; readonly mayConvene: boolean; readonly mayRead: boolean }

const machines = ['meetings', 'seed'] as const

export function mayReadHouse(actor: Actor, reach: HouseReach | null): void {
  if (isService(actor, ...machines)) return
  if (reach === null || !reach.mayRead) throw notFound()
}

/** Council, chair and the management convene; to a stranger of the house the house does not exist. */
export function mayConvene(actor: Actor, reach: HouseReach | null): void {
  if (isService(actor, ...machines)) return
  if (reach === null || !reach.mayRead) throw notFound()
  if (!reach.mayConvene) throw forbidden('meetings.mayNotConvene')
}

/** The announced hour opens as well as the council does. */
export function mayOpen(actor: Actor, reach: HouseReach | null): void {
  if (isService(actor, 'worker')) return
  mayConvene(actor, reach)
}

/** Whoever counts: the clock's machine, or those who convene, after the end. */
export function mayClose(actor: Actor, reach: HouseReach | null): void {
  if (isService(actor, 'worker')) return
  mayConvene(actor, reach)
}

/** Settled 15: the administrator of the organisation that manages the house, signed in as staff. */
export function mayRegisterSignOff(actor: Actor, reach: HouseReach | null): void {
  mayConvene(actor, reach)
  if (isService(actor, ...machines)) return
  mayListSignOffs(actor)
}

/** The screen of sign-offs is that administrator's; which houses it shows is row-level security's. */
export function mayListSignOffs(actor: Actor): void {
  if (actor.kind !== 'STAFF' || !actor.grants.some(grant => grant.role === 'MANAGER' && grant.scopeType === 'ORGANISATION')) throw forbidden('meetings.mayNotSignOff')
}

export type VoterFacts = { readonly buildingId: string; readonly premisesIds: readonly string[]; readonly leastLevel: number }

/** An identified owner of each of these units, on a device that is not new. Says why not, because people ask. */
export function mayVote(actor: Actor, facts: VoterFacts): string {
  if (actor.personId === null || actor.sessionId === null) throw forbidden('common.signInNeeded')
  const house = actor.grants.filter(grant => grant.scopeType === 'UNIT' && grant.buildingId === facts.buildingId)
  if (house.length === 0) throw notFound()
  for (const premisesId of facts.premisesIds) {
    const own = house.filter(grant => grant.premisesId === premisesId)
    if (own.length === 0) throw notFound()
    const voting = own.filter(grant => grant.rights.includes('vote.cast'))
    if (voting.length === 0) throw forbidden('meetings.tenantCannotVote')
    if (actor.fresh) throw forbidden('meetings.deviceTooNew')
    if (voting.every(grant => grant.level < facts.leastLevel)) throw forbidden('meetings.levelTooLow')
  }
  return actor.personId
}
