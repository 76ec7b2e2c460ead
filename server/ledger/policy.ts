import 'server-only'
import { isService, type Actor } from '#server/kernel/actor.ts'
import { forbidden } from '#server/kernel/errors.ts'

/** Nobody posts by hand: money moves only as the consequence of a run, a payment or an import (seed 000, point 8). */
export function assertMayPost(actor: Actor): void {
  if (!isService(actor, 'billing', 'payments', 'worker', 'seed')) throw forbidden('ledger.machineOnly')
}
