import 'server-only'

// The port to SMS gateways (messaging.md 1.3). Adapters lie in server/notifications/sms.

export type SmsOrder = {
  /** Our id of the message: goes along, so that a report finds it before our own answer does. */
  id: string
  /** E.164. */
  to: string
  text: string
  lifeSeconds: number
}

/** Classes by which the sender decides: wait, switch, alarm or give up. */
export type SmsError = 'AUTH' | 'BALANCE' | 'BAD_NUMBER' | 'BLOCKED_TEXT' | 'BLOCKED' | 'RATE' | 'TEMPORARY' | 'TIMEOUT' | 'DUPLICATE'
export type SmsResult = { accepted: true; providerId: string | null; response: string } | { accepted: false; error: SmsError; response: string }
export type SmsState = 'ACCEPTED' | 'DELIVERED' | 'FAILED' | 'EXPIRED'

/** What a gateway says of a message: named by our id where it keeps it, else by its own. */
export type SmsReport = {
  id: string | null
  providerId: string | null
  state: SmsState
  /** A word that our table does not know: the message stays accepted and somebody looks. */
  unmapped: boolean
  word: string
}

export type SmsGateway = {
  name: string
  /** The gateway's own id of a message, where we choose it: known before the answer comes. */
  nameOf?: (id: string) => string
  send: (order: SmsOrder) => Promise<SmsResult>
  /** Asked by the gateway's own ids; foreign ones may be silently absent. */
  report: (providerIds: { providerId: string; to: string }[]) => Promise<SmsReport[]>
  /** A report that the gateway sent to us; null when it does not prove itself. */
  readCallback: (fields: Record<string, string>) => SmsReport | null
}

export type Answered = { status: number; text: string; json: unknown }

type Ask = { method?: 'GET' | 'POST' | 'PATCH'; form?: Record<string, string>; bearer?: string; timeout?: number }

export class SmsTimeout extends Error {}

/** One request to a gateway. Its address is never logged: keys travel in query strings. */
export async function askGateway(address: string, ask: Ask): Promise<Answered> {
  try {
    const response = await fetch(address, {
      method: ask.method ?? 'POST',
      ...(ask.form ? { body: new URLSearchParams(ask.form) } : {}),
      ...(ask.bearer ? { headers: { authorization: `Bearer ${ask.bearer}` } } : {}),
      redirect: 'error',
      signal: AbortSignal.timeout(ask.timeout ?? 10_000),
    })
    const text = (await response.text()).slice(0, 20_000)
    return { status: response.status, text, json: parse(text) }
  } catch (error) {
    if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) throw new SmsTimeout()
    return { status: 0, text: error instanceof Error ? error.name : 'unreachable', json: null }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A field of an answer whose shape nobody promised. */
export function fieldOf(value: unknown, ...path: string[]): unknown {
  let here: unknown = value
  for (const part of path) here = here !== null && typeof here === 'object' ? (here as Record<string, unknown>)[part] : undefined
  return here
}

export function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** What may be kept of an answer: no long figures, so neither codes nor telephone numbers. */
export function maskedAnswer(text: string): string {
  return text.replace(/\d{5,}/g, '…').slice(0, 300)
}
