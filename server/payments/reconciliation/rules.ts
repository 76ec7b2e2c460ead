import type { LocalDate } from '#server/kernel/period.ts'
import { differenceOf, type HalykOrder, type HalykStatus } from '#server/payments/halyk/rules.ts'

/** payments.md 1.5: told to a person, never corrected by itself. */
export const differenceClasses = ['MISSING_HERE', 'MISSING_THERE', 'AMOUNT_DIFF', 'STATE_DIFF', 'DUPLICATE'] as const
export type DifferenceClass = (typeof differenceClasses)[number]

export type OurPayment = { readonly paymentId: string; readonly key: string; readonly amount: bigint; readonly state: 'PAID' | 'REFUNDED'; readonly day: LocalDate; readonly number: string }
export type TheirPayment = { readonly key: string; readonly amount: bigint; readonly returned: boolean; readonly doubt?: Doubt | null; readonly day: LocalDate; readonly number: string; readonly statementId: string | null; readonly row: number | null }

/** Why a provider's answer is none: OTHER, it has another transaction under this number; UNKNOWN, it does not tell. */
export type Doubt = 'OTHER' | 'UNKNOWN'

export type Difference = {
  readonly class: DifferenceClass
  readonly subject: string
  readonly paymentId: string | null
  readonly statementId: string | null
  readonly row: number | null
  readonly ourAmount: bigint | null
  readonly theirAmount: bigint | null
  readonly ourState: string | null
  readonly theirState: string | null
}

/** A provider's answer to our question about one payment; without an amount where it tells none. */
export type Word = { state: 'PAID' | 'REFUNDED' | 'MISSING' | Doubt; amount: bigint | null }

/** payment/status of Click (payments.md 3.5): below zero an error, 2 success; created or in progress is no word yet, a refusal of the question is none at all. */
export function clickWord(answer: unknown): Word | null {
  if (typeof answer !== 'object' || answer === null || !('error_code' in answer) || !('payment_status' in answer)) return null
  const status = Number(answer.payment_status)
  if (Number(answer.error_code) !== 0 || !Number.isInteger(status) || (status >= 0 && status !== 2)) return null
  return { state: status === 2 ? 'PAID' : 'REFUNDED', amount: null }
}

/**
 * check-status of Halyk (payments.md 7.5, 7.8). Only a bank that says so has no payment; what it does not tell is asked again and
 * then told to a person; another order, currency or terminal, and a sum that cannot be read, are none of our payment.
 */
export function halykWord(order: Pick<HalykOrder, 'number' | 'amount' | 'currency' | 'terminal'>, status: HalykStatus): Word | null {
  const { answer, state, amount } = status
  if (answer === 'NONE') return { state: 'MISSING', amount: null }
  if (answer === 'UNKNOWN') return { state: 'UNKNOWN', amount: null }
  if (!['CHARGE', 'REFUND', 'CANCEL'].includes(state)) return null
  const difference = differenceOf(order, status)
  if (difference !== null && (difference !== 'AMOUNT' || amount === null)) return { state: 'OTHER', amount: null }
  return { state: state === 'CHARGE' ? 'PAID' : 'REFUNDED', amount }
}

const nothing = { paymentId: null, statementId: null, row: null, ourAmount: null, theirAmount: null, ourState: null, theirState: null }
const fromOurs = (ours: OurPayment) => ({ subject: ours.key, paymentId: ours.paymentId, ourAmount: ours.amount, ourState: ours.state })
const fromTheirs = (theirs: TheirPayment) => ({ subject: theirs.key, statementId: theirs.statementId, row: theirs.row, theirAmount: theirs.doubt ? null : theirs.amount, theirState: theirs.doubt ?? (theirs.returned ? 'REFUNDED' : 'PAID') })

function told(kind: DifferenceClass, ours: OurPayment | null, theirs: TheirPayment | null): Difference {
  return { class: kind, subject: '', ...nothing, ...(theirs ? fromTheirs(theirs) : {}), ...(ours ? fromOurs(ours) : {}) }
}

/**
 * What a day of ours and a day of theirs do not agree on. Both lists may reach into the neighbouring days, because the
 * two clocks are not one: what is found there is no difference, and only what is of this day is told.
 */
export function differencesOf(ours: readonly OurPayment[], theirs: readonly TheirPayment[], day: LocalDate): Difference[] {
  const theirsByKey = grouped(theirs)
  const oursByKey = grouped(ours)
  const alone = [...theirsByKey].flatMap(([key, rows]) => unheard(rows, oursByKey.has(key))).filter(([, row]) => row.day === day).map(([kind, row]) => told(kind, null, row))
  const known = [...oursByKey].flatMap(([key, payments]) => {
    const [one, ...more] = payments.filter(payment => payment.day === day)
    return [...more.map(payment => told('DUPLICATE', payment, null)), ...(one ? judged(one, theirsByKey.get(key) ?? []) : [])]
  })
  return [...alone, ...known]
}

/** What they tell more than once, and what they tell and we have not; given back and unknown to us is no difference. */
function unheard(rows: readonly TheirPayment[], known: boolean): (readonly [DifferenceClass, TheirPayment])[] {
  const [first, ...more] = rows.filter(row => !row.returned)
  const missing = first && !known && rows.every(row => !row.returned) ? [['MISSING_HERE', first] as const] : []
  return [...more.map(row => ['DUPLICATE', row] as const), ...missing]
}

function judged(ours: OurPayment, rows: readonly TheirPayment[]): Difference[] {
  const [first] = rows
  if (!first) return ours.state === 'PAID' ? [told('MISSING_THERE', ours, null)] : []
  const doubted = rows.find(row => row.doubt)
  if (doubted) return [told('STATE_DIFF', ours, doubted)]
  const paid = rows.find(row => !row.returned) ?? first
  const returned = rows.find(row => row.returned)
  if (paid.amount !== ours.amount) return [told('AMOUNT_DIFF', ours, paid)]
  return (ours.state === 'REFUNDED') !== (returned !== undefined) ? [told('STATE_DIFF', ours, returned ?? paid)] : []
}

function grouped<Item extends { readonly key: string }>(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) groups.set(item.key, [...(groups.get(item.key) ?? []), item])
  return groups
}
