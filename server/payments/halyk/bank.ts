import 'server-only'
import { stopwatch } from '#server/infra/clock.ts'
import { env } from '#server/infra/env.ts'
import { tengeOf, halykScope, readStatus, refusalOf, type HalykStatus } from './rules.ts'
import { logHalyk, secretOf, type OrderFacts } from './queries.ts'

type Answered = { status: number; text: string }
export type Token = { token: unknown; bearer: string; seconds: number }

const patience = 8_000

/** Not reachable, or not in a mood to answer: asked again later, and nothing is concluded. */
export class HalykSilent extends Error {}

async function send(address: string, init: RequestInit): Promise<Answered> {
  try {
    const response = await fetch(address, { ...init, redirect: 'error', signal: AbortSignal.timeout(patience) })
    return { status: response.status, text: (await response.text()).slice(0, 100_000) }
  } catch (error) {
    return { status: 0, text: error instanceof Error ? error.name : 'unreachable' }
  }
}

/** Where the bank tells us that there is news of an order. */
export function postLinkOf({ segment, shortAddress }: Pick<OrderFacts, 'segment' | 'shortAddress'>): string {
  return `${env.APP_URL}/api/payments/halyk${shortAddress ? '' : `/${segment}`}`
}

/** A token for one order (payments.md 7.1): with the newest key, then with the one before it. */
export async function signIn(order: OrderFacts): Promise<Token> {
  for (const key of order.keys) {
    const time = stopwatch()
    const form = new URLSearchParams({
      grant_type: 'client_credentials', scope: halykScope, client_id: order.clientId, client_secret: key, invoiceID: order.number, amount: tengeOf(order.amount), currency: order.currency,
      terminal: order.terminal, postLink: postLinkOf(order), failurePostLink: postLinkOf(order), secret_hash: secretOf(order.paymentId),
    })
    const { status, text } = await send(`${order.tokenBase}/oauth2/token`, { method: 'POST', body: form })
    const token = status === 200 ? parse(text) : null
    const bearer = token?.['access_token']
    await logHalyk(order, { method: 'token', request: `invoiceID=${order.number}`, response: typeof bearer === 'string' ? 'a token' : '', httpStatus: status, milliseconds: time() })
    if (typeof bearer === 'string') return { token, bearer, seconds: Number(token?.['expires_in']) || 7200 }
    if (status === 0 || status >= 500) break
  }
  throw new HalykSilent(`Halyk gives no token for the terminal of ${order.segment}`)
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : null
  } catch {
    return null
  }
}

/** What the bank itself says became of an order (payments.md 7.5). */
export async function askStatus(order: OrderFacts, bearer: string): Promise<HalykStatus> {
  const time = stopwatch()
  const { status, text } = await send(`${order.apiBase}/check-status/payment/transaction/${order.number}`, { headers: { authorization: `Bearer ${bearer}` } })
  // A 404 that says nothing in the bank's own words is a wrong address, not the absence of an order.
  const said = [200, 400, 404].includes(status) ? readStatus(text) : null
  const shown = said && `${said.code} ${said.state} ${said.id} ${said.amount ?? ''} ${said.currency} ${said.terminals.join('/')} ${said.reference}`
  await logHalyk(order, { method: 'status', request: order.number, response: shown ?? '', httpStatus: status, milliseconds: time() })
  if (said === null) throw new HalykSilent('Halyk does not tell what became of an order')
  return said
}

/** Not the bank's word on the operation: not reachable, our token, too much at once. */
const notYet = new Set([0, 401, 408, 425, 429])

/** charge, refund or cancel of the whole sum, by the bank's own id (payments.md 7.6). Answers what the bank said where it refused; null: taken. */
export async function operate(order: OrderFacts, wanted: { bearer: string; id: string; operation: 'charge' | 'refund' | 'cancel' }): Promise<string | null> {
  const time = stopwatch()
  const { status, text } = await send(`${order.apiBase}/operation/${encodeURIComponent(wanted.id)}/${wanted.operation}`, { method: 'POST', headers: { authorization: `Bearer ${wanted.bearer}` } })
  const silent = notYet.has(status) || status >= 500 || status < 200
  const refusal = silent ? null : refusalOf(status, text)
  await logHalyk(order, { method: wanted.operation, request: wanted.id, response: refusal ?? '', httpStatus: status, milliseconds: time() })
  if (silent) throw new HalykSilent(`Halyk does not ${wanted.operation} an order`)
  return refusal
}
