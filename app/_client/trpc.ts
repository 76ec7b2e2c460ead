import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '#server/api/root.ts'
import { fromWire, toWire, type Wire } from './wire.ts'

type Inputs = inferRouterInputs<AppRouter>
type Outputs = inferRouterOutputs<AppRouter>

/** 'meters.submitReading': the domain and the procedure. */
export type Path = { [D in keyof Inputs & string]: `${D}.${keyof Inputs[D] & string}` }[keyof Inputs & string]
type Inside<Tree, P extends string> = P extends `${infer D}.${infer N}`
  ? D extends keyof Tree
    ? N extends keyof Tree[D]
      ? Tree[D][N]
      : never
    : never
  : never
export type InputOf<P extends Path> = Inside<Inputs, P>
export type OutputOf<P extends Path> = Inside<Outputs, P>

export type Rest<Input> = undefined extends Input ? [input?: Input] : [input: Input]

/** What the server refused, in the person's language; `fields` names the inputs to point at. */
export class CallError extends Error {
  /** tRPC's word: BAD_REQUEST, CONFLICT, UNAUTHORIZED …; NETWORK when nothing came back. */
  readonly kind: string
  /** `domain.camelCase`; small print for the clerk. */
  readonly code: string
  readonly fields: readonly string[]
  readonly params: Readonly<Record<string, string | number>>

  constructor(message: string, facts: { kind: string; code: string; fields?: readonly string[]; params?: Record<string, string | number> }) {
    super(message)
    this.name = 'CallError'
    this.kind = facts.kind
    this.code = facts.code
    this.fields = facts.fields ?? []
    this.params = facts.params ?? {}
  }
}

/** Nothing came back, or nothing that could be read: said in the language of the page, which carries the sentence. */
export function unheard(kind: string): CallError {
  return new CallError(document.body.dataset['noNetwork'] ?? '', { kind, code: 'common.noNetwork' })
}

/** Changes something: `await call('requests.acceptWork', { id })`. Throws CallError. */
export function call<P extends Path>(path: P, ...[input]: Rest<InputOf<P>>): Promise<OutputOf<P>> {
  return post(path, toWire(input))
}

/** Reads something: `await ask('requests.listSimilar', { text })`. Throws CallError. */
export function ask<P extends Path>(path: P, ...[input]: Rest<InputOf<P>>): Promise<OutputOf<P>> {
  return get(path, input)
}

/** The door beneath `ask`. */
export function get<Output>(path: string, input?: unknown): Promise<Output> {
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(toWire(input)))}`
  return request(`/api/trpc/${path}${query}`, { method: 'GET' })
}

/** The door beneath `call`, for bodies that are already on the wire (the outbox). */
export function post<Output>(path: string, body: Wire, headers: Record<string, string> = {}): Promise<Output> {
  return request(`/api/trpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

const shortest = 30_000
/** Bytes in a millisecond on the worst network we still believe in: a letter with three photos takes its minutes. */
const slowest = 6

async function request<Output>(address: string, init: RequestInit): Promise<Output> {
  const headers = {
    ...init.headers,
    'x-uyim-locale': document.documentElement.lang,
  }
  const patience = shortest + (typeof init.body === 'string' ? Math.ceil(init.body.length / slowest) : 0)
  const response = await fetch(address, { ...init, headers, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(patience) }).catch(
    () => null,
  )
  const answer: unknown = await response?.json().catch(() => null)
  if (!response || !isObject(answer)) throw unheard(response ? `HTTP_${response.status}` : 'NETWORK')
  if (isObject(answer['error'])) throw callError(answer['error'], response.status)
  const result = answer['result']
  return fromWire(wireOf(isObject(result) ? result['data'] : null)) as Output
}

function callError(error: Record<string, unknown>, status: number): CallError {
  // The door before the procedures (too busy, too large) answers without superjson.
  if (!('json' in error)) return new CallError(textOf(error['message']), { kind: `HTTP_${status}`, code: textOf(error['code']) })
  const shape = fromWire(wireOf(error))
  const facts = isObject(shape) && isObject(shape['data']) ? shape['data'] : {}
  return new CallError(textOf(isObject(shape) ? shape['message'] : ''), {
    kind: textOf(facts['code']),
    code: textOf(facts['domainCode']),
    fields: Array.isArray(facts['fields']) ? facts['fields'].map(String) : [],
    params: isObject(facts['params']) ? (facts['params'] as Record<string, string | number>) : {},
  })
}

function wireOf(value: unknown): Wire {
  if (!isObject(value)) return { json: value }
  return { json: value['json'], ...(isObject(value['meta']) ? { meta: value['meta'] } : {}) }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
