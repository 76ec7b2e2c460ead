import 'server-only'
import { isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'
import { bodyLimit, type DoorContext, type PlainAnswer } from '#server/infra/http.ts'

/** One call of a provider as it came; `body` is null when it was longer than we read. */
export type Message = { method: string; query: string; authorization: string; accept: string; body: string | null; segment: string | null; address: string | null; busy: boolean }

export function readMessage(message: IncomingMessage, at: DoorContext): Promise<Message> {
  const { method = 'GET', url = '', headers } = message
  const question = url.indexOf('?')
  const partial = {
    method, query: question < 0 ? '' : url.slice(question + 1), authorization: headers.authorization ?? '', accept: headers.accept ?? '',
    ...placeOf(at),
  }
  if (method === 'GET' || method === 'HEAD') return Promise.resolve({ ...partial, body: '' })
  return readText(message).then(body => ({ ...partial, body }))
}

function placeOf(at: DoorContext): Pick<Message, 'segment' | 'address' | 'busy'> {
  return { segment: at.params['merchant'] ?? null, address: isIP(at.address) ? at.address : null, busy: at.busy }
}

function readText(message: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    message.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= bodyLimit) chunks.push(chunk)
    })
    message.once('end', () => resolve(size > bodyLimit ? null : chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString()))
    message.once('error', reject)
    message.once('aborted', () => reject(new Error('the call broke off')))
  })
}

/** The same from a web Request. */
export async function messageOf(request: Request, at: DoorContext): Promise<Message> {
  const body = await request.text()
  return {
    method: request.method, query: new URL(request.url).search.slice(1), authorization: request.headers.get('authorization') ?? '',
    accept: request.headers.get('accept') ?? '', body: Buffer.byteLength(body) > bodyLimit ? null : body, ...placeOf(at),
  }
}

export function toResponse({ status, type, body }: PlainAnswer): Response {
  return new Response(body, { status, headers: { 'content-type': type, 'cache-control': 'no-store' } })
}

const longDigits = /\d{14,}/
const secret = /password/i

/** What the log keeps: no password, no card, no personal number (payments.md 1.4, P22). The transaction's own id stays. */
export function maskMessage(text: string, kept: string): string {
  if (!longDigits.test(text) && !secret.test(text)) return text
  return text
    .replace(/("(?:new)?password"\s*:\s*)(?:"(?:[^"\\]|\\.)*"|[^,}\s]+)/gi, '$1"[hidden]"')
    .replace(/(password=)[^&\s]*/gi, '$1[hidden]')
    .replace(/\d{14,19}(?!\d)/g, (digits: string, at: number, whole: string) =>
      (kept !== '' && whole.slice(Math.max(0, at - kept.length), at + digits.length + kept.length).includes(kept) ? digits : `${digits.slice(0, 2)}[hidden]`))
}
