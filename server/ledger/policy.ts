import 'server-only'
import { isService, type Actor } from '#server/kernel/actor.ts'
import { forbidden, notFound } from '#server/kernel/errors.ts'
import type { AccountPlace, AdjustmentFacts } from '#server/ledger/adjustments/schema.ts'

/** Nobody posts by hand: money moves only as the consequence of a run, a payment or an import (seed 000, point 8). */
export function assertMayPost(actor: Actor): void {
  if (!isService(actor, 'billing', 'payments', 'worker', 'seed')) throw forbidden('ledger.machineOnly')
}

/** Facts from the same transaction, where row-level security has already hidden other people's houses. */
export type HouseMoneyReach = { readonly seesMoney: boolean; readonly seesHouse: boolean }

/** Council and management: what all accounts owe together. A house that is not theirs is not found. */
export function assertMaySeeHouseMoney<House extends HouseMoneyReach>(house: House | null): House {
  if (!house?.seesHouse) throw notFound()
  if (!house.seesMoney) throw forbidden('ledger.councilOnly')
  return house
}

/** Everybody linked to the house: what its funds gathered and spent. */
export function assertMaySeeFunds<House extends HouseMoneyReach>(house: House | null): House {
  if (!house?.seesHouse) throw notFound()
  return house
}

/** The body that keeps the accounts asks and posts; it never decides. */
export function assertMayRequest(place: AccountPlace | null): AccountPlace {
  if (!place) throw notFound('ledger.accountNotFound')
  if (!place.mayRequest) throw forbidden('ledger.bodyOnly')
  return place
}

/** The inspection of the house's territory decides, and nobody on what they asked themselves (four eyes). */
export function assertMayDecide(actor: Actor, request: AdjustmentFacts | null): AdjustmentFacts {
  if (!request) throw notFound('ledger.requestNotFound')
  if (!request.mayDecide) throw forbidden('ledger.inspectorOnly')
  if (request.requestedBy === actor.personId) throw forbidden('ledger.fourEyes')
  return request
}

/** A conclusion is carried out by the body; who signed it is refused by the database. */
export function assertMayApply<Conclusion extends { readonly mayRequest: boolean }>(conclusion: Conclusion | null): Conclusion {
  if (!conclusion) throw notFound('ledger.noConclusion')
  if (!conclusion.mayRequest) throw forbidden('ledger.bodyOnly')
  return conclusion
}

/** The facts of one case: both sides of it. */
export function assertMaySeeCase<Case extends { readonly mayRequest: boolean; readonly mayDecide: boolean }>(request: Case | null): Case {
  if (!request || (!request.mayRequest && !request.mayDecide)) throw notFound('ledger.requestNotFound')
  return request
}

export type WindowReach = { readonly mayMigrate: boolean }
/** Only the operator lets balances of another keeper in, on a paper. */
export function assertMayOpenWindow(actor: Actor, house: WindowReach | null): void {
  if (!house) throw notFound()
  if (!house.mayMigrate && !isService(actor, 'seed')) throw forbidden('ledger.operatorOnly')
}

export type OpeningReach = { readonly mayMigrate: boolean; readonly mayRequest: boolean }
/** The operator who lets balances in, and the body that brings them. */
export function assertMaySeeOpenings<House extends OpeningReach>(house: House | null): House {
  if (!house) throw notFound()
  if (!house.mayMigrate && !house.mayRequest) throw forbidden('ledger.bodyOnly')
  return house
}
