import 'server-only'
import { grantOnBuilding, hasRightOnBuilding, isService, type Actor, type ActorGrant } from '#server/kernel/actor.ts'
import { forbidden, invalid, notFound } from '#server/kernel/errors.ts'
import { groundsOf } from '#server/identity/rules.ts'
import { endGrounds, type EndGround, type GivenRole, type GiveGrantInput, type GrantScope } from '#server/identity/schema.ts'

/** Whoever is signed in, for what is their own. */
export function signedPerson(actor: Actor): string {
  if (actor.personId === null || actor.sessionId === null) throw forbidden('common.signInNeeded')
  return actor.personId
}

/** A code is asked for from a browser that keeps our cookie: without it the code could be used anywhere. */
export function mayAskForCode(browser: string): void {
  if (browser === '') throw invalid('identity.browserNeeded')
}

/** Flats are linked by residents; a staff session has no flat. */
export function mayLinkHome(actor: Actor): string {
  if (actor.kind === 'STAFF') throw forbidden('identity.staffCannotLink')
  return signedPerson(actor)
}

/** A new device vouches for nobody (settled 14). */
export function mayConfirmDevice(actor: Actor): void {
  signedPerson(actor)
  if (actor.fresh) throw forbidden('identity.deviceTooNew')
}

/** A council member who is a confirmed owner themselves, never about themselves. */
export function mayConfirmOwner(actor: Actor, facts: { buildingId: string; personId: string }): ActorGrant {
  signedPerson(actor)
  if (!hasRightOnBuilding(actor, 'house.read', facts.buildingId)) throw notFound()
  const grant = grantOnBuilding(actor, 'owner.confirm', facts.buildingId)
  if (grant === null) throw forbidden()
  if (grant.level < 2) throw forbidden('identity.memberNotConfirmed')
  if (actor.fresh) throw forbidden('identity.deviceTooNew')
  if (facts.personId === actor.personId) throw forbidden('identity.ownConfirmation')
  return grant
}

export function maySeeClaims(actor: Actor, buildingId: string): void {
  if (!hasRightOnBuilding(actor, 'house.read', buildingId)) throw notFound()
  if (!hasRightOnBuilding(actor, 'owner.confirm', buildingId)) throw forbidden()
}

/** Bills are printed by whoever runs the billing of the house, or by its machine. */
export function mayIssueInvitation(actor: Actor, buildingId: string): void {
  if (isService(actor, 'billing', 'seed', 'worker')) return
  if (!hasRightOnBuilding(actor, 'billing.run', buildingId) && !hasRightOnBuilding(actor, 'desk.search', buildingId)) throw notFound()
}

const rootRoles: readonly string[] = ['MANAGER', 'INSPECTOR']

/** How far the actor reaches over a house, by SQL's word: sees it, gives rights in it, keeps its register from above the council. */
export type Reach = { visible: boolean; reached: boolean; above: boolean }

/** Who may give which role where; returns the grant it hangs on, or null when it rests on its paper alone. */
export function mayGiveGrant(actor: Actor, input: GiveGrantInput, reach: Reach): ActorGrant | null {
  signedPerson(actor)
  if (actor.fresh) throw forbidden('identity.deviceTooNew')
  if (input.role === 'TENANT') return ownerOf(actor, input)
  if (input.role === 'CLERK' || input.role === 'ACCOUNTANT') return managerOf(actor, input.scopeType === 'ORGANISATION' ? input.scopeId : '')
  if (rootRoles.includes(input.role)) return administrator(actor)
  councilGiver(input, reach)
  return null
}

function ownerOf(actor: Actor, input: GiveGrantInput): ActorGrant {
  const grant = actor.grants.find(each => each.role === 'OWNER' && each.premisesId === input.scopeId && input.scopeType === 'UNIT')
  if (!grant) throw notFound()
  if (grant.level < 2) throw forbidden('identity.ownerNotConfirmed')
  return grant
}

export function managerOf(actor: Actor, organisationId: string): ActorGrant {
  signedPerson(actor)
  const grant = actor.grants.find(each => each.role === 'MANAGER' && each.scopeType === 'ORGANISATION' && each.scopeId === organisationId)
  if (!grant) throw notFound()
  return grant
}

const isAdministrator = (actor: Actor): boolean => actor.grants.some(each => each.role === 'PLATFORM_ADMIN')

function administrator(actor: Actor): null {
  if (!isAdministrator(actor)) throw forbidden()
  return null
}

function councilGiver(input: GiveGrantInput, reach: Reach): void {
  if (input.scopeType !== 'BUILDING' || input.scopeId !== input.buildingId) throw invalid('identity.grantScope')
  if (!reach.visible) throw notFound()
  if (!councilRoles(reach).includes(input.role)) throw forbidden()
}

/** The council takes in its members; its chair comes from above it. */
function councilRoles(reach: Reach): GivenRole[] {
  if (!reach.reached) return []
  return reach.above ? ['COUNCIL_MEMBER', 'CHAIR'] : ['COUNCIL_MEMBER']
}

/** Whose list of rights one may see is who gives and ends them; a foreign place is not found. */
export function maySeeGrants(actor: Actor, { scopeType, scopeId }: GrantScope, reach: Reach): void {
  signedPerson(actor)
  if (scopeType === 'ORGANISATION' && !isAdministrator(actor)) return void managerOf(actor, scopeId)
  if (scopeType === 'ORGANISATION') return
  if (!reach.visible) throw notFound()
  if (!reach.reached) throw forbidden()
}

/** The roles that this actor gives in this place, for the form to offer. */
export function rolesToGive(actor: Actor, { scopeType, scopeId }: GrantScope, reach: Reach): GivenRole[] {
  if (scopeType === 'BUILDING') return councilRoles(reach)
  const manages = actor.grants.some(each => each.role === 'MANAGER' && each.scopeId === scopeId)
  return [...(manages ? ['CLERK', 'ACCOUNTANT'] as const : []), ...(isAdministrator(actor) ? ['MANAGER'] as const : [])]
}

export type GrantFacts = { personId: string; givenBy: string | null; role: string; scopeType: string; scopeId: string }

/** On which grounds the actor may end this right: the holder waives, the giver or their organisation revokes, the administrator acts on the law. */
export function groundsToEnd(actor: Actor, facts: GrantFacts, reach: Reach): EndGround[] {
  const me = signedPerson(actor)
  const sides: ('HOLDER' | 'GRANTOR' | 'ADMINISTRATOR')[] = []
  if (facts.personId === me) sides.push('HOLDER')
  if (facts.givenBy === me || rulesOver(actor, facts, reach)) sides.push('GRANTOR')
  if (isAdministrator(actor)) sides.push('ADMINISTRATOR')
  return endGrounds.filter(ground => sides.some(side => groundsOf(side).includes(ground)))
}

export function mayEndGrant(grounds: readonly EndGround[], ground: EndGround): void {
  if (grounds.length === 0) throw notFound()
  if (!grounds.includes(ground)) throw forbidden()
}

function rulesOver(actor: Actor, facts: GrantFacts, reach: Reach): boolean {
  if (facts.scopeType === 'ORGANISATION') return facts.role !== 'MANAGER' && actor.grants.some(each => each.role === 'MANAGER' && each.scopeId === facts.scopeId)
  if (facts.scopeType !== 'BUILDING' || !reach.reached) return false
  return facts.role === 'COUNCIL_MEMBER' || reach.above
}

/** From which side somebody opens shut numbers: of the council, or of whoever keeps the register. */
export type NumberSide = 'COUNCIL' | 'REGISTER'

/** Shut numbers are seen by whoever may open them. */
export function mayOpenNumbers(actor: Actor): NumberSide {
  signedPerson(actor)
  if (actor.kind === 'STAFF' && actor.grants.some(each => each.rights.includes('registry.write'))) return 'REGISTER'
  if (actor.grants.some(each => each.rights.includes('owner.confirm'))) return 'COUNCIL'
  throw forbidden()
}

/** `keepsRegister`: by SQL's word. A call centre only passes on whoever calls; a new device and an unproven member open nothing. */
export function mayOpenNumber(actor: Actor, facts: { buildingId: string; keepsRegister: boolean }): { side: NumberSide; grant: ActorGrant | null } {
  if (actor.fresh) throw forbidden('identity.deviceTooNew')
  if (actor.kind === 'STAFF' && facts.keepsRegister) return { side: 'REGISTER', grant: null }
  const grant = grantOnBuilding(actor, 'owner.confirm', facts.buildingId)
  if (grant === null) throw forbidden()
  if (grant.level < 2) throw forbidden('identity.memberNotConfirmed')
  return { side: 'COUNCIL', grant }
}

/** Countries whose service the actor keeps. */
export function countriesKept(actor: Actor): string[] {
  return actor.grants.filter(each => each.role === 'PLATFORM_ADMIN' && each.scopeType === 'COUNTRY').map(each => each.scopeId)
}

/** Limits of codes of a country, or of a prefix of it, are set by whoever keeps its service. */
export function maySetCodeLimit(actor: Actor, scope: string): ActorGrant {
  signedPerson(actor)
  const country = scope.startsWith('+998') ? 'UZ' : scope.startsWith('+7') ? 'KZ' : scope
  const grant = actor.grants.find(each => each.role === 'PLATFORM_ADMIN' && each.scopeType === 'COUNTRY' && each.scopeId === country)
  if (!grant) throw forbidden()
  return grant
}

/** What only the job loop does, on an event of another domain. */
export function mustBeWorker(actor: Actor): void {
  if (!isService(actor, 'worker', 'seed')) throw forbidden()
}
