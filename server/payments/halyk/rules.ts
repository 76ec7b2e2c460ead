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
  /** Nor did one a day ago. */
  overdue: boolean
  refundAsked: boolean
  /** What the bank had when it was kept apart. */
  bankAmount: bigint | null
}
/**
 * What the bank says of an order. `answer` is what its resultCode means: FOUND, a payment; NONE, the bank has none; UNKNOWN, it
 * does not tell, and nothing is concluded.
 */
export type HalykStatus = { answer: 'FOUND' | 'NONE' | 'UNKNOWN'; code: string; id: string; state: string; invoiceId: string; amount: bigint | null; currency: string; terminals: readonly string[]; reference: string }
export type HalykAct = 'SETTLE' | 'CHARGE' | 'RELEASE' | 'EXPIRE' | 'REVERSE' | 'REFUND' | 'CANCEL' | 'QUARANTINE' | 'REFUSED' | 'WAIT'
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

/**
 * resultCode of check-status. 100 stands in payments.md 7.5; 101 (refused) and 102 (no such invoice) in the bank's own pages. 103 and
 * 107 (ask later), 104 and 109 (the terminal is not ours to ask about) and whatever nobody has described say nothing of the payment.
 */
const answers: Readonly<Record<string, { answer: HalykStatus['answer']; state: string }>> = { 101: { answer: 'FOUND', state: 'REJECT' }, 102: { answer: 'NONE', state: '' } }

/** The answer of check-status; null when the bank gave none that can be read. */
export function readStatus(body: string): HalykStatus | null {
  const given = objectOf(body)
  if (given?.['resultCode'] === undefined) return null
  const transaction = isObject(given['transaction']) ? given['transaction'] : {}
  const text = (...names: string[]) => scalar(names.map(name => transaction[name]).find(value => value !== undefined))
  const code = scalar(given['resultCode']).slice(0, 10)
  const told = text('statusName').toUpperCase()
  return {
    ...(code === '100' && told !== '' ? { answer: 'FOUND' as const, state: told } : answers[code] ?? { answer: 'UNKNOWN' as const, state: '' }), code, id: text('id'), invoiceId: text('invoiceID', 'invoiceId'),
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
export function differenceOf(order: Pick<HalykOrder, 'number' | 'amount' | 'currency' | 'terminal'>, status: HalykStatus): string | null {
  if (status.invoiceId !== order.number) return 'INVOICE'
  if (status.amount !== order.amount) return 'AMOUNT'
  if (status.currency !== order.currency) return 'CURRENCY'
  return status.terminals.includes(order.terminal) ? null : 'TERMINAL'
}

const act = (name: HalykAct, difference: string | null = null): HalykVerdict => ({ act: name, difference })

/** What is to happen to the order now. Money that the bank has and we cannot place is never settled and never let go. */
export function judgeStatus(order: HalykOrder, status: HalykStatus): HalykVerdict {
  return status.answer === 'FOUND' ? judgeFound(order, status) : status.answer === 'NONE' ? notStarted(order) : untold(order)
}

function judgeFound(order: HalykOrder, status: HalykStatus): HalykVerdict {
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

/** Asked again; what is over for a day and the bank still does not tell is a person's. */
function untold({ payment, overdue }: HalykOrder): HalykVerdict {
  return payment === 'PENDING' && overdue ? act('QUARANTINE', 'UNKNOWN') : act('WAIT')
}

function collected(order: HalykOrder, status: HalykStatus): HalykVerdict {
  const difference = differenceOf(order, status)
  if (order.payment === 'REFUNDED') return act('WAIT')
  // Paid, or kept apart, and a person says that it goes back; what is not this payment is not touched.
  if (order.payment === 'PAID') return !order.refundAsked ? act('WAIT') : difference === null ? act('REFUND') : act('REFUSED', difference)
  if (order.refundAsked && difference !== 'INVOICE') return act('REFUND')
  return placed(order, difference)
}

/** Over already: the sum may be another, but not whose money it is. */
function placed({ payment }: HalykOrder, difference: string | null): HalykVerdict {
  if (payment !== 'PENDING') return act('QUARANTINE', difference === 'AMOUNT' ? 'LATE' : difference ?? 'LATE')
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
  // Given back in part before it was settled: the rest is still there.
  if (order.payment !== 'PAID') return status.state === 'REFUND' && status.amount !== null && status.amount !== (order.bankAmount ?? order.amount) ? act('QUARANTINE', 'AMOUNT') : act('RELEASE')
  const difference = differenceOf(order, status)
  return difference === null ? act('REVERSE') : act('QUARANTINE', difference)
}

export type KeptFacts = { state: string; difference: string | null; bankState: string | null; payment: PaymentState; currency: Currency; bankAmount: bigint | null; bankCurrency: string | null; refundAsked: boolean; refusal: string | null }
export type KeptRefusal = 'statements.orderNotKept' | 'statements.orderAskedBack' | 'statements.orderLeftBank' | 'statements.orderNoMoney' | 'statements.orderHasMoney'

const all = (refusal: KeptRefusal) => ({ place: refusal, giveBack: refusal, close: refusal })

/** What a person may do with an order kept apart, each with why not; null: they may. The bank's money is placed or given back, never forgotten. */
export function keptActs(order: KeptFacts): Record<'place' | 'giveBack' | 'close', KeptRefusal | null> {
  // Paid and asked back, and the bank refused: asked once more, or left as it is.
  if (order.state === 'PAID' && order.refusal !== null) return { ...all('statements.orderNotKept'), giveBack: null, close: null }
  if (order.state !== 'QUARANTINED') return all('statements.orderNotKept')
  if (order.refundAsked) return all('statements.orderAskedBack')
  const empty = emptyOf(order)
  return empty === null ? { place: isOurs(order) ? null : 'statements.orderNoMoney', giveBack: null, close: 'statements.orderHasMoney' } : { ...all(empty), close: null }
}

/** Why there is nothing at the bank to decide about; null: there is. */
function emptyOf({ payment, bankState, difference }: KeptFacts): KeptRefusal | null {
  // The bank gave back what our fund cannot: nothing is there any more, a person says what was done about it.
  if (payment === 'PAID' || ['REFUND', 'CANCEL'].includes(bankState ?? '')) return 'statements.orderLeftBank'
  // Somebody else's transaction under our number is not touched, nor what the bank does not tell of.
  return difference === 'INVOICE' || difference === 'UNKNOWN' ? 'statements.orderNoMoney' : null
}

/** What the bank said when it was asked to charge or to give back; null: it did. Numbers of persons and cards are not kept. */
export function refusalOf(status: number, body: string): string | null {
  const given = objectOf(body)
  const code = scalar(given?.['code'])
  if (status >= 200 && status <= 299 && ['', '0'].includes(code)) return null
  const said = [code, scalar(given?.['message'] ?? given?.['resultMessage'])].filter(Boolean).join(' ').replace(/\s+/g, ' ').replace(/\d[\d *-]{9,}/g, '***').slice(0, 200)
  return said === '' ? `HTTP ${status}` : said
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
