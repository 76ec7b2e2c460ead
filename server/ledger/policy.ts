import 'server-only'
import { isService, type Actor } from '#server/kernel/actor.ts'
import { forbidden, notFound } from '#server/kernel/errors.ts'

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
