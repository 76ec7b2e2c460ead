import 'server-only'
import { slot } from '#server/infra/slot.ts'
import { askGateway, fieldOf, maskedAnswer, wordOf, SmsTimeout, type Answered, type SmsGateway, type SmsOrder, type SmsReport, type SmsResult, type SmsState } from '#server/infra/sms.ts'

// Eskiz.uz (messaging.md 2): form posts with a bearer token that lives thirty days.

export type EskizSettings = { base: string; email: string; password: string; from: string; callbackUrl: string; timeout?: number }

const states: Record<string, SmsState> = {
  waiting: 'ACCEPTED', new: 'ACCEPTED', stored: 'ACCEPTED', accepted: 'ACCEPTED', enroute: 'ACCEPTED', partdelivered: 'ACCEPTED',
  delivered: 'DELIVERED', delivrd: 'DELIVERED', rejected: 'FAILED', undeliverable: 'FAILED', undeliv: 'FAILED', deleted: 'FAILED', expired: 'EXPIRED',
}
const tokenLife = 25 * 24 * 60 * 60 * 1000

type Token = { value: string; until: number }
type Cache = { token: Promise<Token> | null }

export function reportOf(word: string, ids: { id: string | null; providerId: string | null }): SmsReport {
  const state = states[word.toLowerCase()]
  return { ...ids, state: state ?? 'ACCEPTED', unmapped: state === undefined, word }
}

export function eskiz(settings: EskizSettings): SmsGateway {
  const cache = slot<Cache>(`eskiz.token ${settings.base} ${settings.email}`, () => ({ token: null }))

  async function logIn(): Promise<Token> {
    const answer = await askGateway(`${settings.base}/auth/login`, { form: { email: settings.email, password: settings.password }, timeout: settings.timeout ?? 10_000 })
    const value = wordOf(fieldOf(answer.json, 'data', 'token'))
    if (answer.status >= 400 || value === '') throw new Error('AUTH')
    return { value, until: performance.now() + tokenLife }
  }

  // One login for everybody who waits; `spent` is the token that was refused. Whoever is first to find it gone
  // asks, the others wait for that answer.
  async function token(spent: string | null): Promise<string> {
    const before = cache.token
    const held = await before?.catch(() => null)
    if (held && held.value !== spent && held.until > performance.now()) return held.value
    if (cache.token === null || cache.token === before) cache.token = logIn()
    return (await cache.token).value
  }

  async function ask(path: string, options: { method?: 'GET' | 'POST'; form?: Record<string, string> }): Promise<Answered> {
    const timeout = settings.timeout ?? 10_000
    const first = await token(null)
    const answer = await askGateway(settings.base + path, { ...options, bearer: first, timeout })
    if (answer.status !== 401) return answer
    return askGateway(settings.base + path, { ...options, bearer: await token(first), timeout })
  }

  return {
    name: 'eskiz',
    send: order => guarded(async () => sent(await ask('/message/sms/send', { form: formOf(order, settings) }))),
    report: async ids => {
      const found = await Promise.all(ids.map(({ providerId }) => ask(`/message/sms/status_by_id/${encodeURIComponent(providerId)}`, { method: 'GET' }).catch(() => null)))
      return found.flatMap((answer, index) => {
        const word = wordOf(fieldOf(answer?.json, 'data', 'status') ?? fieldOf(answer?.json, 'status'))
        return word === '' ? [] : [reportOf(word, { id: null, providerId: ids[index]?.providerId ?? null })]
      })
    },
    readCallback: fields => {
      const word = fields['status'] ?? ''
      const ids = { id: fields['user_sms_id'] ?? null, providerId: fields['message_id'] ?? fields['id'] ?? null }
      return word === '' || (ids.id === null && ids.providerId === null) ? null : reportOf(word, ids)
    },
  }
}

function formOf(order: SmsOrder, settings: EskizSettings): Record<string, string> {
  return { mobile_phone: order.to.replace(/\D/g, ''), message: order.text, from: settings.from, callback_url: settings.callbackUrl, user_sms_id: order.id }
}

async function guarded(work: () => Promise<SmsResult>): Promise<SmsResult> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof SmsTimeout) return { accepted: false, error: 'TIMEOUT', response: 'timeout' }
    return { accepted: false, error: 'AUTH', response: 'login refused' }
  }
}

function sent(answer: Answered): SmsResult {
  const response = maskedAnswer(answer.text)
  const providerId = wordOf(fieldOf(answer.json, 'id'))
  if (answer.status >= 200 && answer.status < 300 && providerId !== '') return { accepted: true, providerId, response }
  return { accepted: false, error: errorOf(answer), response }
}

function errorOf({ status, text }: Answered): 'AUTH' | 'BALANCE' | 'BAD_NUMBER' | 'BLOCKED_TEXT' | 'RATE' | 'TEMPORARY' {
  if (status === 401) return 'AUTH'
  if (status === 402 || /balance|mablag|недостаточно/i.test(text)) return 'BALANCE'
  if (status === 429) return 'RATE'
  if (/mobile_phone|phone number|recipient/i.test(text)) return 'BAD_NUMBER'
  if (/moderat|template|шаблон|shablon|test from eskiz/i.test(text)) return 'BLOCKED_TEXT'
  return 'TEMPORARY'
}
