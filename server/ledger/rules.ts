import { conflict, forbidden, invalid, type DomainError } from '#server/kernel/errors.ts'
import type { FundBalance } from './schema.ts'

/** What a resident owes in all; below zero is an advance. */
export function totalOf(balances: readonly FundBalance[]): bigint {
  return balances.reduce((sum, each) => sum + each.amount, 0n)
}

/**
 * What is to be paid in all, and how much of it stands in repair programmes. An advance of the house's funds counts; money of
 * a programme pays nothing else, so what is paid into one early is no advance. Twin of app.owed.
 */
export function owedOf(balances: readonly { readonly fund: string; readonly amount: bigint }[]): { balance: bigint; programmes: bigint } {
  const isProgramme = (fund: string) => fund.startsWith('PROGRAMME:')
  const programmes = balances.reduce((sum, { fund, amount }) => (isProgramme(fund) && amount > 0n ? sum + amount : sum), 0n)
  return { balance: balances.reduce((sum, { fund, amount }) => (isProgramme(fund) ? sum : sum + amount), programmes), programmes }
}

/** Which house ledger stood against this line of an account: the one of its fund. */
export function contraOf(
  line: { readonly fund: string },
  entries: readonly { readonly accountId: string | null; readonly fund: string; readonly ledger: string }[],
): string {
  return entries.find(each => each.accountId === null && each.fund === line.fund)?.ledger ?? 'INCOME'
}

/** The database's own refusals of a posting, in words; null when the state is something else. */
export function refused(state: string | null): DomainError | null {
  return state === null ? null : refusals.get(state)?.() ?? null
}

const refusals = new Map<string, () => DomainError>([
  ['23505', () => conflict('ledger.alreadyPosted')],
  ['UY002', () => invalid('ledger.unbalanced')],
  ['UY003', () => conflict('ledger.debtsFrozen')],
  ['UY004', () => conflict('ledger.alreadyOpened')],
  ['UY005', () => conflict('ledger.notExactOpposite')],
  // The gate of debts: five refusals (uzbekistan.md 2.8, AT-UZ-22), four eyes, window, signature.
  ['UY020', () => conflict('ledger.noConclusion')],
  ['UY021', () => conflict('ledger.conclusionOfOther')],
  ['UY022', () => conflict('ledger.conclusionUsed')],
  ['UY023', () => conflict('ledger.conclusionExpired')],
  ['UY024', () => conflict('ledger.conclusionRange')],
  ['UY025', () => forbidden('ledger.fourEyes')],
  ['UY026', () => conflict('ledger.windowClosed')],
  ['UY027', () => forbidden('ledger.notSigned')],
  ['UY070', () => conflict('ledger.monthClosed')],
])
