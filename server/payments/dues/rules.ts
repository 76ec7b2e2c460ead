import { daysBetween, lastDay, periodOf, type LocalDate } from '#server/kernel/period.ts'

type Invoice = { invoiceId: string; number: string; fund: string; amount: bigint; dueOn: LocalDate; state: string }
type Account = { balance: bigint; programmes: bigint }
type Payable = { inFlight: { items: readonly { invoiceId: string | null; amount: bigint }[] }; invoices: readonly Invoice[]; disputed?: bigint }
export type Dues = {
  /** To pay by the account; below zero: paid ahead. */
  bill: bigint
  /** Accepted by a provider and not posted yet: no debt. */
  moving: bigint
  /** Of what is to be paid: said to be wrong, while nobody has answered. */
  disputed: bigint
  /** Parts of the house's repair, each with its own number and day. */
  instalments: Invoice[]
}

/** An instalment that falls due so soon is already spoken of. */
const soonDays = 14

/**
 * What is to be paid of one account, and what of it are instalments. An instalment stands in the balance from the
 * first day of its month (chargeInstalments), so that it is taken out of the sum where it is shown by itself.
 */
export function duesOf({ balance, programmes }: Account, payable: Payable | undefined, today: LocalDate): Dues {
  const items = payable?.inFlight.items ?? []
  const sum = (amounts: readonly { amount: bigint }[]) => amounts.reduce((all, { amount }) => all + amount, 0n)
  const monthEnds = lastDay(periodOf(today))
  const invoices = (payable?.invoices ?? []).filter(({ state, fund }) => state === 'OPEN' && fund.startsWith('PROGRAMME:'))
  const isMoving = ({ invoiceId }: Invoice) => items.some((item) => item.invoiceId === invoiceId)
  const waiting = invoices.filter((invoice) => !isMoving(invoice)).toSorted((a, b) => a.dueOn.localeCompare(b.dueOn))
  // Paid by the account's own number instead: nothing stands in the programme's fund.
  const charged = programmes > 0n ? waiting.filter(({ dueOn }) => dueOn <= monthEnds) : []
  const soon = waiting.filter(({ dueOn }) => dueOn > monthEnds && daysBetween(today, dueOn) <= soonDays)
  const apart = sum(charged) < programmes ? sum(charged) : programmes
  const later = invoices.filter((invoice) => invoice.dueOn > monthEnds).map(({ invoiceId }) => invoiceId)
  const movingNow = sum(items.filter(({ invoiceId }) => invoiceId === null || !later.includes(invoiceId)))
  const left = balance - (charged.length > 0 ? apart : 0n) - movingNow
  const bill = billOf(balance, left)
  return { bill, moving: sum(items), disputed: disputedOf(bill, payable), instalments: [...charged, ...soon] }
}

export type BillDue = { total: bigint; dueOn: LocalDate }
/** What of it should have been paid before today, and since which day; minor units. */
export type Late = { amount: bigint; since: LocalDate | null }

/**
 * What of the sum to pay by the account is late. Money pays what is oldest first, so whatever is owed beyond the bills
 * whose day has not come is late; `bills` from the oldest to the last.
 */
export function lateOf(bill: bigint, bills: readonly BillDue[], today: LocalDate): Late {
  const notYet = bills.reduce((all, { total, dueOn }) => dueOn < today ? all : all + total, 0n)
  if (bill <= 0n || bill <= notYet) return { amount: 0n, since: null }
  let [left, since]: [bigint, LocalDate | null] = [bill, null]
  for (const { total, dueOn } of bills.toReversed()) {
    if (left <= 0n) break
    if (dueOn < today) since = dueOn
    left -= total
  }
  return { amount: bill - notYet, since }
}

/** Paid ahead stays as it is; what is on its way never turns a debt into an overpayment. */
function billOf(balance: bigint, left: bigint): bigint {
  if (balance <= 0n) return balance
  return left < 0n ? 0n : left
}

/** Never more than what is to be paid. */
function disputedOf(bill: bigint, payable: Payable | undefined): bigint {
  const disputed = payable?.disputed ?? 0n
  if (bill <= 0n) return 0n
  return disputed < bill ? disputed : bill
}
