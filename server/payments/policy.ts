import 'server-only'
import { hasRightOnPremises, isService, type Actor, type PremisesPlace } from '#server/kernel/actor.ts'
import { forbidden, notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'

/** Whoever owns or rents the flat pays for it; staff see payments and pay for nobody. */
export function assertMayPay(actor: Actor, place: PremisesPlace | null): asserts place is PremisesPlace {
  const own = place !== null && actor.grants.some(grant =>
    grant.scopeType === 'UNIT' && grant.buildingId === place.buildingId && grant.premisesId === place.premisesId && grant.rights.includes('payment.read'))
  if (!own) throw notFound('payments.payableNotFound')
}

/** A payment is read by the flat's people and by staff who see the house's money. */
export function assertMayReadPayment(actor: Actor, place: PremisesPlace | null): asserts place is PremisesPlace {
  if (place === null || !hasRightOnPremises(actor, 'payment.read', place)) throw notFound('payments.paymentNotFound')
}

/** What the session told us of is its own. */
export function assertOwnIntent(actor: Actor, personId: string): void {
  if (actor.personId !== personId) throw notFound('payments.intentNotFound')
}

/** `reaches`: the session's right over the money of this very house, read in the same transaction. */
export function assertMayReverse(actor: Actor, reaches: boolean): void {
  if (!reaches && !isService(actor, 'payments', 'seed')) throw forbidden('payments.reverseForbidden')
}

/** Merchants are the operator's, country by country: a contract stands behind each. */
export function assertMayKeepMerchants(actor: Actor, countries: readonly Country[] = []): void {
  if (isService(actor, 'seed', 'reference')) return
  const kept = keptCountries(actor)
  if (kept.length === 0) throw forbidden('payments.merchantsForbidden')
  if (countries.some(country => !kept.includes(country))) throw forbidden('payments.merchantOtherCountry')
}

/** Countries whose platform the person keeps; the twin of auth.kept_countries. */
export function keptCountries(actor: Actor): string[] {
  return actor.grants.filter(grant => grant.role === 'PLATFORM_ADMIN' && grant.scopeType === 'COUNTRY').map(grant => grant.scopeId)
}

/** Invoices come from a programme or a run, never from a screen of their own. */
export function assertMayIssueInvoices(actor: Actor, reaches: boolean): void {
  if (!reaches && !isService(actor, 'billing', 'payments', 'worker', 'seed')) throw forbidden('payments.invoicesForbidden')
}

/** The ladder of reminders is climbed by the machine alone, by dated steps: nobody chooses whom to remind. */
export function assertMayRemind(actor: Actor): void {
  if (!isService(actor, 'billing')) throw forbidden('payments.remindForbidden')
}

/** Statements, lines and differences are the accountant's and the manager's; the right is read with the house in one transaction. */
export function assertMayKeepStatements(actor: Actor, { reaches, country }: { reaches: boolean; country: string | null }): void {
  if (country === null) throw notFound()
  if (!reaches && !isService(actor, 'payments', 'seed')) throw forbidden('statements.forbidden')
}

/** Reading a file and posting its lines are the machine's part; people bring it and say yes or no. */
export function assertMachine(actor: Actor): void {
  if (!isService(actor, 'payments', 'seed')) throw forbidden('statements.machineOnly')
}

/** What providers tell of receipts is heard by the machine alone. */
export function assertMayStoreReceipts(actor: Actor): void {
  if (!isService(actor, 'payments')) throw forbidden()
}
