import 'server-only'
import { isService, type Actor } from '#server/kernel/actor.ts'
import { forbidden, notFound } from '#server/kernel/errors.ts'

/** Programmes, estimates and their approval are kept by whoever keeps the house's money; `reaches` was read in the same transaction. */
export function assertMayKeepProgramme(actor: Actor, reaches: boolean): void {
  if (!reaches && !isService(actor, 'billing', 'worker', 'seed')) throw forbidden('repairs.mayNotKeep')
}

/** The fund of the house is shown to everybody linked to it; nobody else learns that there is one. */
export function assertSeesFund(sees: boolean): void {
  if (!sees) throw notFound('repairs.fundNotFound')
}

/** Council and management see what the house has gathered and spent, by entrance, without names. */
export function assertSeesMoney(sees: boolean): void {
  if (!sees) throw notFound('repairs.fundNotFound')
}

/** Instalments become debts by themselves when their month comes. */
export function assertMayCharge(actor: Actor, reaches: boolean): void {
  if (!reaches && !isService(actor, 'billing', 'payments', 'worker', 'seed')) throw forbidden('repairs.mayNotKeep')
}
