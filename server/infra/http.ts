import 'server-only'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'

/** A door for machines: answered by main.ts before Next. `:name` in the path is one segment. */
export type Door = {
  /** ANY: the door itself says what it thinks of the method, in its provider's words. */
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'ANY'
  path: string
  handle: (request: Request, at: DoorContext) => Promise<Response> | Response
  /** Preferred where given: reads the message itself, for calls counted in thousands a second. */
  answer?: (message: IncomingMessage, at: DoorContext) => Promise<PlainAnswer>
}
export type PlainAnswer = { status: number; type: string; body: string }
export type DoorContext = {
  params: Record<string, string>
  /** Address of the caller as the last trusted proxy saw it. */
  address: string
  requestId: string
  /** More are under way than we can serve: answer 'busy' in the provider's own form (settled 11). */
  busy: boolean
}

export const bodyLimit = 64 * 1024

export class BodyTooLarge extends Error {}

export async function readBody(message: IncomingMessage, limit: number = bodyLimit): Promise<Buffer> {
  if (Number(message.headers['content-length'] ?? 0) > limit) throw new BodyTooLarge()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw new BodyTooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** A web Request with its body read, so that a handler sees the exact bytes. */
export async function toRequest(message: IncomingMessage, origin: string): Promise<Request> {
  const method = message.method ?? 'GET'
  const body = method === 'GET' || method === 'HEAD' ? null : await readBody(message)
  const headers = new Headers(Object.entries(message.headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap(one => (one === undefined ? [] : [[name, one] as [string, string]]))))
  return new Request(new URL(message.url ?? '/', origin), { method, headers, body: body ? new Uint8Array(body) : null })
}

export async function sendResponse(response: Response, to: ServerResponse): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer())
  to.statusCode = response.status
  for (const [name, value] of response.headers) to.setHeader(name, name === 'set-cookie' ? response.headers.getSetCookie() : value)
  to.setHeader('content-length', body.length)
  to.end(body)
}

export function sendPlain({ status, type, body }: PlainAnswer, to: ServerResponse): void {
  to.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  to.end(body)
}

/** Who calls: the socket's address, or what the nearest of our own proxies wrote down. */
export function addressOf(message: IncomingMessage, trustedProxies: number): string {
  const socket = plainAddress(message.socket.remoteAddress ?? '')
  if (trustedProxies === 0) return socket
  const forwarded = String(message.headers['x-forwarded-for'] ?? '').split(',').map(part => plainAddress(part.trim())).filter(part => isIP(part))
  return forwarded.at(-trustedProxies) ?? socket
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+[.])/, '')
}

const near = /^(127[.]|10[.]|192[.]168[.]|172[.](1[6-9]|2\d|3[01])[.]|::1$|f[cd][0-9a-f]{2}:)/i

export function isNear(address: string): boolean {
  return near.test(address)
}

export type Match = { door: Door; params: Record<string, string> }

/** Finds doors by their method and path; a table of segments, built once. */
export function makeRouter(doors: Door[]): (method: string, path: string) => Match | 'wrong method' | null {
  const routes = doors.map(door => ({ door, parts: door.path.split('/') }))
  const known = new Set(doors.map(door => door.path.split('/').slice(0, 3).join('/')))
  return (method, path) => {
    const parts = path.split('/')
    if (!known.has(parts.slice(0, 3).join('/'))) return null
    let found = false
    for (const { door, parts: wanted } of routes) {
      const params = match(wanted, parts)
      if (!params) continue
      if (door.method === method || door.method === 'ANY' || (method === 'HEAD' && door.method === 'GET')) return { door, params }
      found = true
    }
    return found ? 'wrong method' : null
  }
}

function match(wanted: string[], parts: string[]): Record<string, string> | null {
  if (wanted.length !== parts.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = parts[index] ?? ''
    if (part.startsWith(':')) {
      if (!/^[A-Za-z0-9._~-]{1,200}$/.test(value)) return null
      params[part.slice(1)] = value
    } else if (part !== value) return null
  }
  return params
}
