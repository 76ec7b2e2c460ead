import { invalid } from '#server/kernel/errors.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { addDays, compareDates } from '#server/kernel/period.ts'
import type { AdjustmentState, IssueConclusionInput } from './schema.ts'

/** A conclusion stands for half a year at most; the same as the table says. */
export const longestValidity = 180

type What = { readonly checkStarted: boolean; readonly positive: boolean | null; readonly used: boolean; readonly validUntil: LocalDate | null }

/** Where a request stands on a day. */
export function stateOf({ checkStarted, positive, used, validUntil }: What, today: LocalDate): AdjustmentState {
  if (used) return 'APPLIED'
  if (positive === false) return 'REFUSED'
  if (positive) return validUntil !== null && compareDates(validUntil, today) < 0 ? 'EXPIRED' : 'ALLOWED'
  return checkStarted ? 'UNDER_CHECK' : 'SENT'
}

/** What an inspector may allow: a range of the direction that was asked, for a while. */
export function judgeAllowed(allowed: IssueConclusionInput['allowed'], asked: bigint, today: LocalDate): void {
  if (allowed === null) return
  const { from, to, validUntil } = allowed
  const direction = asked > 0n ? from > 0n : to < 0n
  if (from > to || from === 0n || to === 0n || !direction) throw invalid('ledger.allowedRange')
  if (compareDates(validUntil, today) < 0 || compareDates(validUntil, addDays(today, longestValidity)) > 0) throw invalid('ledger.allowedUntil', { days: longestValidity })
}
