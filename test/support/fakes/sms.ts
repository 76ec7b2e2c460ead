import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

// Gateways as their papers describe them (messaging.md 2, 4, 5): paths, fields, answers, words of states.

/** An answer that never comes. */
export const silence = new Promise<void>(() => undefined)

export type Sent = { to: string; text: string; id: string; providerId: string; fields: Record<string, string> }
export type FakeGateway = {
  base: string
  sent: Sent[]
  logins: number
  /** What the next requests meet; the answer comes when `until` does. */
  mood: { until?: Promise<void>; status?: number; body?: string; expireToken?: boolean; state?: string }
  stop: () => Promise<void>
}

async function read(message: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')))
}

type Reply = { status?: number; body: unknown }
type Handle = (asked: { path: string; query: URLSearchParams; fields: Record<string, string>; method: string; bearer: string }, fake: FakeGateway) => Reply

async function serve(handle: Handle): Promise<FakeGateway> {
  const fake: FakeGateway = { base: '', sent: [], logins: 0, mood: {}, stop: async () => undefined }
  const server: Server = createServer((message, answer) => {
    void (async () => {
      const address = new URL(message.url ?? '/', 'http://fake')
      const fields = await read(message)
      const mood = fake.mood
      const bearer = (message.headers.authorization ?? '').replace('Bearer ', '')
      const reply = mood.body !== undefined && !address.pathname.includes('/auth/') ? { status: mood.status ?? 200, body: mood.body }
        : handle({ path: address.pathname, query: address.searchParams, fields, method: message.method ?? '', bearer }, fake)
      await mood.until
      answer.statusCode = reply.status ?? 200
      answer.setHeader('content-type', 'application/json')
      answer.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
    })().catch(() => answer.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  fake.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  fake.stop = () => new Promise(resolve => {
    server.closeAllConnections()
    server.close(() => resolve())
  })
  return fake
}

/** notify.eskiz.uz: a token of thirty days, digits only, `waiting` at first. */
export function fakeEskiz(account = { email: 'house@example.uz', password: 'secret' }): Promise<FakeGateway> {
  let token = ''
  return serve((asked, fake) => {
    if (asked.path === '/api/auth/login') {
      fake.logins += 1
      if (asked.fields['email'] !== account.email || asked.fields['password'] !== account.password) return { status: 401, body: { message: 'Invalid credentials' } }
      token = `token-${randomUUID()}`
      return { body: { message: 'token_generated', data: { token }, token_type: 'bearer' } }
    }
    if (fake.mood.expireToken) {
      fake.mood.expireToken = false
      token = ''
    }
    if (asked.bearer === '' || asked.bearer !== token) return { status: 401, body: { message: 'Expired' } }
    if (asked.path === '/api/message/sms/send') {
      if (!/^998\d{9}$/.test(asked.fields['mobile_phone'] ?? '')) return { status: 400, body: { message: { mobile_phone: ['The mobile phone format is invalid.'] } } }
      const providerId = randomUUID()
      fake.sent.push({ to: `+${asked.fields['mobile_phone']}`, text: asked.fields['message'] ?? '', id: asked.fields['user_sms_id'] ?? '', providerId, fields: asked.fields })
      return { body: { id: providerId, status: 'waiting', message: 'Waiting for SMS provider' } }
    }
    const status = /^\/api\/message\/sms\/status_by_id\/(.+)$/.exec(asked.path)?.[1]
    const found = fake.sent.find(sms => sms.providerId === status)
    return found ? { body: { data: { id: status, status: fake.mood.state ?? 'DELIVERED', user_sms_id: found.id, to: found.to.slice(1) } } } : { status: 404, body: {} }
  })
}

/** smsc.kz: login and psw in the form, fmt=3, numbers for everything, our own message id. */
export function fakeSmsc(account = { login: 'house', password: 'secret' }): Promise<FakeGateway> {
  return serve((asked, fake) => {
    const { login, psw, fmt, phones = '', mes = '', id = '' } = asked.fields
    if (login !== account.login || psw !== account.password) return { body: { error: 'authorise error', error_code: 2 } }
    if (fmt !== '3' || asked.fields['charset'] !== 'utf-8') return { body: { error: 'parameters error', error_code: 1 } }
    if (asked.path === '/sys/send.php') {
      if (!/^\+77\d{9}$/.test(phones)) return { body: { error: 'invalid number', error_code: 7, id } }
      if (!/^[1-9]\d{0,9}$/.test(id)) return { body: { error: 'parameters error', error_code: 1 } }
      fake.sent.push({ to: phones, text: mes, id, providerId: id, fields: asked.fields })
      return { body: { id: Number(id), cnt: 1 } }
    }
    if (asked.path === '/sys/status.php') {
      return { body: id.split(',').filter(Boolean).map(each => ({ id: Number(each), status: Number(fake.mood.state ?? 1), phone: '' })) }
    }
    return { status: 404, body: '' }
  })
}

/** How SMSC proves a report. */
export function smscReport(sms: Sent, status: string, password = 'secret'): Record<string, string> {
  const phone = sms.to.slice(1)
  return { phone, status, id: sms.providerId, time: '10.11.2026 10:00:00', md5: createHash('md5').update(`${phone}:${status}:${password}`).digest('hex') }
}

/** api.mobizon.kz: the key in the address, code 0, ids up to a hundred. */
export function fakeMobizon(key = 'mobizon-key'): Promise<FakeGateway> {
  return serve((asked, fake) => {
    if (asked.query.get('apiKey') !== key) return { body: { code: 8, data: {}, message: 'auth' } }
    if (asked.path === '/service/Message/SendSmsMessage') {
      if (!/^77\d{9}$/.test(asked.fields['recipient'] ?? '')) return { body: { code: 1, data: { recipient: 'Invalid' }, message: 'validation' } }
      const providerId = String(1000 + fake.sent.length)
      fake.sent.push({ to: `+${asked.fields['recipient']}`, text: asked.fields['text'] ?? '', id: asked.fields['params[name]'] ?? '', providerId, fields: asked.fields })
      return { body: { code: 0, data: { campaignId: 1, messageId: Number(providerId), status: 1 }, message: '' } }
    }
    if (asked.path === '/service/Message/GetSMSStatus') {
      const ids = Object.entries(asked.fields).filter(([name]) => name.startsWith('ids[')).map(([, id]) => id)
      if (ids.length > 100) return { body: { code: 12, data: [], message: 'too many' } }
      return { body: { code: 0, data: ids.filter(id => fake.sent.some(sms => sms.providerId === id)).map(id => ({ id: Number(id), status: fake.mood.state ?? 'DELIVRD', segNum: 1 })), message: '' } }
    }
    return { status: 404, body: '' }
  })
}
