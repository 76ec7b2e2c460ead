import 'server-only'
import { isService, type Actor } from '#server/kernel/actor.ts'
import { forbidden } from '#server/kernel/errors.ts'

/** `reaches` was read in the same transaction: does the session's right to the register reach this house? */
export function assertMayKeepRegister(actor: Actor, reaches: boolean): void {
  if (!reaches && !isService(actor, 'imports', 'seed')) throw forbidden('premises.mayNotKeepRegister')
}
