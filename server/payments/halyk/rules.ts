// Halyk ePay as payments.md 7 has it: an order of ours, a token for it, the bank's own word on what became of it.
import type { Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { PaymentState } from '#server/payments/schema.ts'

export type HalykNotice = { invoiceId: string; secretHash: string; code: string; shown: Record<string, string> }
export type HalykOrder = {
  number: string; amount: bigint; currency: Currency; terminal: string; twoStage: boolean
  payment: PaymentState
  /** No token of it lives any more. */
  ended: boolean
  refundAsked: boolean
}
/** What the bank says of an order; `found` is its resultCode 100. */
export type HalykStatus = { found: boolean; id: string; state: string; invoiceId: string; amount: bigint | null; currency: string; terminals: readonly string[]; reference: string }
export type HalykAct = 'SETTLE' | 'CHARGE' | 'RELEASE' | 'EXPIRE' | 'REVERSE' | 'REFUND' | 'CANCEL' | 'QUARANTINE' | 'WAIT'
export type HalykVerdict = { act: HalykAct; difference: string | null }

// What may be kept of a notice: neither names nor cards nor our own secret.
const shownFields = ['id', 'dateTime', 'invoiceId', 'amount', 'currency', 'terminal', 'code', 'reason', 'reasonCode', 'reference', 'approvalCode'] as const

/** The bank's message to postLink; null when it is none. It proves nothing: it says that there is something to ask about. */
export function readNotice(verb: string, body: string | null): HalykNotice | null {
  const given = verb === 'POST' ? objectOf(body) : null
  const invoiceId = scalar(given?.['invoiceId'] ?? given?.['invoiceID'])
  if (!given || !/^\d{6,15}$/.test(invoiceId)) return null
  const shown = Object.fromEntries(shownFields.flatMap(name => (given[name] === undefined ? [] : [[name, scalar(given[name]).slice(0, 200)]])))
  return { invoiceId, secretHash: scalar(given['secret_hash']), code: scalar(given['code']), shown }
}

/** The answer of check-status; null when the bank gave none that can be read. */
export function readStatus(body: string): HalykStatus | null {
  const given = objectOf(body)
  if (given?.['resultCode'] === undefined) return null
  const transaction = isObject(given['transaction']) ? given['transaction'] : {}
  const text = (...names: string[]) => scalar(names.map(name => transaction[name]).find(value => value !== undefined))
  return {
    found: scalar(given['resultCode']) === '100' && text('statusName') !== '', id: text('id'), state: text('statusName').toUpperCase(), invoiceId: text('invoiceID', 'invoiceId'),
    amount: tiynOf(transaction['amount']), currency: text('currency'), terminals: [text('terminal'), text('terminalID')], reference: text('reference'),
  }
}

/** Tenge, as a number or a text, in tiyn; null when it is no whole number of them. */
export function tiynOf(value: unknown): bigint | null {
  const match = /^(\d{1,12})(?:[.](\d{1,2})0*)?$/.exec(scalar(value))
  return match ? BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0')) : null
}

export function tengeOf(amount: bigint): string {
  return `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`
}

/** Why the bank's transaction is not our order; null when it is (payments.md 7.8). */
function differenceOf(order: HalykOrder, status: HalykStatus): string | null {
  if (status.invoiceId !== order.number) return 'INVOICE'
  if (status.amount !== order.amount) return 'AMOUNT'
  if (status.currency !== order.currency) return 'CURRENCY'
  return status.terminals.includes(order.terminal) ? null : 'TERMINAL'
}

const act = (name: HalykAct, difference: string | null = null): HalykVerdict => ({ act: name, difference })

/** What is to happen to the order now. Money that the bank has and we cannot place is never settled and never let go. */
export function judgeStatus(order: HalykOrder, status: HalykStatus): HalykVerdict {
  if (!status.found) return notStarted(order)
  switch (status.state) {
    case 'CHARGE': return collected(order, status)
    case 'AUTH': return held(order, status)
    case 'REFUND':
    case 'CANCEL': return givenBack(order, status)
    case 'FAILED':
    // One card was refused; while a token lives the person may try another on the same page.
    case 'REJECT': return act(order.payment === 'PENDING' && order.ended ? 'RELEASE' : 'WAIT')
    default: return notStarted(order)
  }
}

function notStarted({ payment, ended }: HalykOrder): HalykVerdict {
  return act(payment === 'PENDING' && ended ? 'EXPIRE' : 'WAIT')
}

function collected(order: HalykOrder, status: HalykStatus): HalykVerdict {
  const difference = differenceOf(order, status)
  if (order.payment === 'PAID') return act(order.refundAsked && difference === null ? 'REFUND' : 'WAIT')
  if (order.payment === 'REFUNDED') return act('WAIT')
  // Kept apart, and a person says that it goes back; somebody else's transaction is not touched.
  if (order.refundAsked && difference !== 'INVOICE') return act('REFUND')
  if (order.payment !== 'PENDING') return act('QUARANTINE', 'LATE')
  return difference === null ? act('SETTLE') : act('QUARANTINE', difference)
}

/** Held on the card: in two stages we charge it, in one it is for a person to see. */
function held(order: HalykOrder, status: HalykStatus): HalykVerdict {
  if (order.payment === 'PAID') return act('WAIT')
  if (order.refundAsked && differenceOf(order, status) !== 'INVOICE') return act('CANCEL')
  if (!order.twoStage) return order.ended ? act('QUARANTINE', 'AUTH') : act('WAIT')
  const verdict = collected(order, status)
  return verdict.act === 'SETTLE' ? act('CHARGE') : verdict
}

function givenBack(order: HalykOrder, status: HalykStatus): HalykVerdict {
  if (order.payment === 'REFUNDED') return act('WAIT')
  if (order.payment !== 'PAID') return act('RELEASE')
  const difference = differenceOf(order, status)
  return difference === null ? act('REVERSE') : act('QUARANTINE', difference)
}

export type KeptFacts = { state: string; difference: string | null; bankState: string | null; payment: PaymentState; currency: Currency; bankAmount: bigint | null; bankCurrency: string | null; refundAsked: boolean }
export type KeptRefusal = 'statements.orderNotKept' | 'statements.orderAskedBack' | 'statements.orderLeftBank' | 'statements.orderNoMoney' | 'statements.orderHasMoney'

const all = (refusal: KeptRefusal) => ({ place: refusal, giveBack: refusal, close: refusal })

/** What a person may do with an order kept apart, each with why not; null: they may. The bank's money is placed or given back, never forgotten. */
export function keptActs(order: KeptFacts): Record<'place' | 'giveBack' | 'close', KeptRefusal | null> {
  if (order.state !== 'QUARANTINED') return all('statements.orderNotKept')
  if (order.refundAsked) return all('statements.orderAskedBack')
  // The bank gave back what our fund cannot: nothing is there any more, a person says what was done about it.
  if (order.payment === 'PAID' || ['REFUND', 'CANCEL'].includes(order.bankState ?? '')) return { ...all('statements.orderLeftBank'), close: null }
  // Somebody else's transaction under our number is not touched.
  if (order.difference === 'INVOICE') return { ...all('statements.orderNoMoney'), close: null }
  return { place: isOurs(order) ? null : 'statements.orderNoMoney', giveBack: null, close: 'statements.orderHasMoney' }
}

/** Charged, in our currency, on our terminal: only the sum or the hour is another. */
function isOurs({ difference, bankState, bankAmount, bankCurrency, currency }: KeptFacts): boolean {
  return ['AMOUNT', 'LATE'].includes(difference ?? '') && bankState === 'CHARGE' && bankAmount !== null && bankCurrency === currency
}

const languages: Record<Locale, string> = { kk: 'kaz', ru: 'rus', uz: 'rus' }
type PaymentPage = { number: string; amount: bigint; currency: Currency; terminal: string; account: string; description: string; locale: Locale; links: Record<'back' | 'failure' | 'post', string>; token: unknown }

/** What the bank's library in the browser is given. */
export function paymentObject({ number, amount, currency, terminal, account, description, locale, links, token }: PaymentPage): Record<string, unknown> {
  return {
    invoiceId: number, invoiceIdAlt: number, backLink: links.back, failureBackLink: links.failure, postLink: links.post, failurePostLink: links.post, language: languages[locale],
    description, accountId: account, terminal, amount: Number(tengeOf(amount)), currency, data: JSON.stringify({ account }), auth: token,
  }
}

export const halykScope = 'webapi usermanagement email_send verification statement statistics payment'

function objectOf(body: string | null): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body ?? '')
    return isObject(parsed) ? parsed : null
  } catch {
    return null
  }
}

function scalar(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
