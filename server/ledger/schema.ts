import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'

/**
 * Money of a house is kept apart by fund (settled 5): CURRENT holds the currentContribution, SAVINGS the
 * savingsContribution; a programme is one repair with its own account.
 */
export type Fund = 'UTILITIES' | 'CURRENT' | 'SAVINGS' | 'TARGETED' | 'PENALTY' | `PROGRAMME:${string}`

export type EntryKind =
  | 'OPENING' | 'CHARGE' | 'PAYMENT' | 'PENALTY' | 'REVERSAL' | 'RECALCULATION' | 'ADJUSTMENT' | 'REFUND' | 'TRANSFER' | 'SPENDING'

/** Debit of a resident account is positive (owes more), credit negative; the contra side gets the opposite. */
export type PostingLine = { readonly fund: Fund; readonly amount: bigint; readonly contra: string }

export type HouseLine = { readonly ledger: string; readonly fund: Fund; readonly amount: bigint }

type Posting = {
  readonly buildingId: string
  readonly period: string
  /** Made by the caller (newId), so that the same act posted twice is refused by the key. */
  readonly transactionId: string
  readonly valueDate: string
  readonly sourceType: string
  readonly sourceId: string
}

export type AccountPosting = Posting & {
  readonly accountId: string
  readonly premisesId: string
  readonly kind: Exclude<EntryKind, 'REVERSAL'>
  readonly lines: readonly PostingLine[]
}

export type HousePosting = Posting & {
  readonly kind: Exclude<EntryKind, 'REVERSAL'>
  readonly lines: readonly HouseLine[]
}

export type Reversal = Posting & {
  /** Null reverses a transaction of the house itself. */
  readonly accountId: string | null
  readonly reversedTransactionId: string
}

export type LedgerFault = {
  /** GAP, CHAIN, HASH: a broken link. HEAD, BALANCE: the snapshot differs. UNBALANCED: a transaction. DAY: a sealed day. UNGROUNDED: a debt changed without its conclusion, a bill corrected without its ground. */
  readonly problem: 'GAP' | 'CHAIN' | 'HASH' | 'HEAD' | 'BALANCE' | 'UNBALANCED' | 'DAY' | 'UNGROUNDED'
  readonly buildingId: string
  readonly accountId: string | null
  readonly seq: bigint | null
  readonly period: string | null
  readonly transactionId: string | null
}

export type FundBalance = { readonly fund: string; readonly amount: bigint }

export type StatementRow = {
  readonly transactionId: string
  readonly period: string
  readonly kind: EntryKind
  readonly valueDate: string
  readonly postedAt: Date
  readonly seq: bigint
  readonly amount: bigint
  readonly funds: readonly FundBalance[]
  readonly sourceType: string
  readonly sourceId: string
}

export const houseInput = z.object({ buildingId: z.string().check(z.refine(isId)) })
