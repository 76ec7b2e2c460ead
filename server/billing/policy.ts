import 'server-only'
import { grantOnBuilding, hasRightOnPremises, isService, type Actor } from '#server/kernel/actor.ts'
import { forbidden, notFound } from '#server/kernel/errors.ts'
import type { HouseToRun } from './runs/queries.ts'

/** Bills are made by the house's accountant or manager, or by the machine on their order. */
export function assertMayRun(actor: Actor, house: HouseToRun | undefined): asserts house is HouseToRun {
  if (house === undefined) throw notFound('billing.houseNotFound')
  if (isService(actor, 'billing', 'seed')) return
  // The database says whether the scope reaches this very house; the grant says that it carries the right at all.
  if (!house.mayRun || grantOnBuilding(actor, 'billing.run', house.buildingId) === null) throw forbidden('billing.runForbidden')
}

/** One's own bill, or a house one answers for. Somebody else's is not found, never forbidden. */
export function assertMayRead(actor: Actor, place: { buildingId: string; premisesId: string } | null): asserts place is { buildingId: string; premisesId: string } {
  if (place === null) throw notFound('billing.billNotFound')
  if (isService(actor, 'billing', 'payments', 'worker', 'seed')) return
  if (!hasRightOnPremises(actor, 'bill.read', place)) throw notFound('billing.billNotFound')
}

/** The whole organisation at once: only who holds the right over it. */
export function assertMayOrder(actor: Actor, organisationId: string): void {
  const holds = actor.grants.some(grant => grant.scopeType === 'ORGANISATION' && grant.scopeId === organisationId && grant.rights.includes('billing.run'))
  if (!holds && !isService(actor, 'seed')) throw notFound('billing.organisationNotFound')
}
