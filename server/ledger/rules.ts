import { conflict, invalid, type DomainError } from '#server/kernel/errors.ts'
import type { FundBalance } from './schema.ts'

/** What a resident owes in all; below zero is an advance. */
export function totalOf(balances: readonly FundBalance[]): bigint {
  return balances.reduce((sum, each) => sum + each.amount, 0n)
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
  switch (state) {
    case '23505': return conflict('ledger.alreadyPosted')
    case 'UY002': return invalid('ledger.unbalanced')
    case 'UY003': return conflict('ledger.debtsFrozen')
    case 'UY004': return conflict('ledger.alreadyOpened')
    case 'UY005': return conflict('ledger.notExactOpposite')
    default: return null
  }
}
