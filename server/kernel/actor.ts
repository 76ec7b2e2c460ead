export type ActorKind = 'PUBLIC' | 'RESIDENT' | 'STAFF' | 'SERVICE'

/** L0 code, L1 invitation, L2 confirmed owner, L3 signature (settled 13). */
export type IdentificationLevel = 0 | 1 | 2 | 3

export type ScopeType = 'UNIT' | 'BUILDING' | 'ORGANISATION' | 'TERRITORY' | 'COUNTRY'

export type ActorGrant = {
  readonly id: string
  readonly role: string
  readonly scopeType: ScopeType
  readonly scopeId: string
  readonly buildingId: string | null
  readonly premisesId: string | null
  readonly level: number
  readonly rights: readonly string[]
}

/** Who acts, as read from the live session and grants at the start of the transaction. */
export type Actor = {
  readonly personId: string | null
  /** Hash of the session secret, hex; never the secret. */
  readonly sessionId: string | null
  /** Name of the machine actor when kind is SERVICE. */
  readonly service: string | null
  readonly kind: ActorKind
  readonly level: IdentificationLevel
  /** A device in its first 72 hours that no older session has confirmed: it may not vote (settled 14). */
  readonly fresh: boolean
  /** As what the actor has chosen to act; recorded with every write. */
  readonly actingGrantId: string | null
  readonly grants: readonly ActorGrant[]
}

export type PremisesPlace = { readonly buildingId: string; readonly premisesId: string }

/** Rights that one flat gives over its whole building; the same as auth.role_rights says. */
const rightsOfEveryLinkedPerson: ReadonlySet<string> = new Set(['house.read'])

export const anonymousActor: Actor = {
  personId: null,
  sessionId: null,
  service: null,
  kind: 'PUBLIC',
  level: 0,
  fresh: false,
  actingGrantId: null,
  grants: [],
}

export function serviceActor(service: string): Actor {
  return { ...anonymousActor, kind: 'SERVICE', service }
}

export function isService(actor: Actor, ...names: readonly string[]): boolean {
  return actor.kind === 'SERVICE' && actor.service !== null && names.includes(actor.service)
}

export function hasRightOnPremises(actor: Actor, right: string, premises: PremisesPlace): boolean {
  return grantOnPremises(actor, right, premises) !== null
}

/** A right over the building itself. Owning or renting one flat in it gives only `house.read`. */
export function hasRightOnBuilding(actor: Actor, right: string, buildingId: string): boolean {
  return grantOnBuilding(actor, right, buildingId) !== null
}

/** The grant on which the actor does this; the chosen one first, so that the trail names it. */
export function grantOnPremises(actor: Actor, right: string, premises: PremisesPlace): ActorGrant | null {
  return pick(
    actor,
    right,
    (grant) =>
      coversBuilding(grant, premises.buildingId) ||
      (isUnitIn(grant, premises.buildingId) && grant.premisesId === premises.premisesId),
  )
}

export function grantOnBuilding(actor: Actor, right: string, buildingId: string): ActorGrant | null {
  const throughOneFlat = rightsOfEveryLinkedPerson.has(right)
  return pick(
    actor,
    right,
    (grant) => coversBuilding(grant, buildingId) || (throughOneFlat && isUnitIn(grant, buildingId)),
  )
}

function pick(actor: Actor, right: string, covers: (grant: ActorGrant) => boolean): ActorGrant | null {
  const fitting = actor.grants.filter((grant) => grant.rights.includes(right) && covers(grant))
  return fitting.find((grant) => grant.id === actor.actingGrantId) ?? fitting[0] ?? null
}

// A grant over an organisation or a territory does not list its houses here: only SQL knows them.
// Policies therefore judge facts read in the same transaction, where row-level security has
// already hidden other people's houses, never ids taken from the request.
function coversBuilding(grant: ActorGrant, buildingId: string): boolean {
  if (grant.scopeType === 'UNIT') return false
  if (grant.scopeType === 'BUILDING') return grant.buildingId === buildingId
  return grant.buildingId === null || grant.buildingId === buildingId
}

function isUnitIn(grant: ActorGrant, buildingId: string): boolean {
  return grant.scopeType === 'UNIT' && grant.buildingId === buildingId
}
