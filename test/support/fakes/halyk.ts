import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type HalykTransaction = { id: string; invoiceID: string; amount: number; currency: string; terminal: string; statusName: string; reference: string }
type TokenForm = Record<string, string>

/** Halyk ePay as we ask it: tokens, the state of an order, charge and refund; and its message to postLink (payments.md 7). */
export class FakeHalyk {
  base = ''
  secrets = new Set(['first-halyk-secret'])
  tokens: TokenForm[] = []
  asked: string[] = []
  transactions = new Map<string, HalykTransaction>()
  mood: 'well' | 'silent' | 'broken' | 'lost' = 'well'
  /** What charge, refund and cancel are answered with instead of being done. */
  refusal: { status: number; body: unknown } | null = null
  /** resultCode of check-status instead of what it has. */
  code: string | null = null
  stop: () => Promise<void> = async () => undefined

  static async open(): Promise<FakeHalyk> {
    const fake = new FakeHalyk()
    const server = createServer((message, answer) => {
      void fake.#answer(message).then(({ status, body }) => {
        answer.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body))
      }, () => answer.destroy())
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    fake.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    fake.stop = () => new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return fake
  }

  async #answer(message: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const chunks: Buffer[] = []
    for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
    const path = message.url ?? ''
    this.asked.push(`${message.method} ${path}`)
    if (this.mood === 'silent') throw new Error('no answer')
    if (this.mood === 'broken') return { status: 502, body: '<html>' }
    if (path === '/epay2/oauth2/token') return this.#token(Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())))
    if (!/^Bearer token-\d+$/.test(message.headers.authorization ?? '')) return { status: 401, body: {} }
    const invoice = /^\/api\/check-status\/payment\/transaction\/(\d+)$/.exec(path)?.[1]
    if (invoice !== undefined) {
      if (this.mood === 'lost') return { status: 404, body: '<html>' }
      if (this.code !== null) return { status: 200, body: { resultCode: this.code, resultMessage: 'try later' } }
      const transaction = this.transactions.get(invoice)
      return { status: 200, body: transaction ? { resultCode: '100', resultMessage: 'SUCCESS', transaction } : { resultCode: '102', resultMessage: 'not found' } }
    }
    return this.#operate(message.method ?? '', path)
  }

  #operate(method: string, path: string): { status: number; body: unknown } {
    const [, id, operation] = /^\/api\/operation\/([\w-]+)\/(charge|refund|cancel)$/.exec(path) ?? []
    const found = [...this.transactions.values()].find(each => each.id === id)
    if (!found || method !== 'POST') return { status: 404, body: {} }
    if (this.refusal !== null) return this.refusal
    found.statusName = operation === 'charge' ? 'CHARGE' : operation === 'refund' ? 'REFUND' : 'CANCEL'
    return { status: 200, body: { code: 0 } }
  }

  #token(form: TokenForm): { status: number; body: unknown } {
    if (form['grant_type'] !== 'client_credentials' || !this.secrets.has(form['client_secret'] ?? '')) return { status: 401, body: { error: 'invalid_client' } }
    this.tokens.push(form)
    return { status: 200, body: { access_token: `token-${this.tokens.length}`, expires_in: 7200, scope: form['scope'], token_type: 'Bearer' } }
  }

  /** The person types a card on the bank's page, opened with the last token. */
  pay(statusName = 'CHARGE', more: Partial<HalykTransaction> = {}): HalykTransaction {
    const form = this.tokens.at(-1)
    if (!form) throw new Error('nobody opened the page')
    const invoiceID = form['invoiceID'] ?? ''
    const transaction = { id: `bank-${invoiceID}`, invoiceID, amount: Number(form['amount']), currency: form['currency'] ?? '', terminal: form['terminal'] ?? '', statusName, reference: '330001', ...more }
    this.transactions.set(invoiceID, transaction)
    return transaction
  }

  /** The message to postLink; `wrong` is what somebody else would put there. */
  async tell(origin: string, invoiceId: string, wrong: Record<string, unknown> = {}): Promise<{ status: number; text: string }> {
    const form = this.tokens.findLast(each => each['invoiceID'] === invoiceId)
    const path = new URL(form?.['postLink'] ?? '/api/payments/halyk', origin).pathname
    const body = { id: `bank-${invoiceId}`, dateTime: '2026-11-21T10:00:00', invoiceId, amount: Number(form?.['amount'] ?? 0), currency: 'KZT', terminal: form?.['terminal'], cardMask: '440043...1234',
      cardType: 'VISA', code: 'ok', reason: 'success', reasonCode: 0, name: 'CARD HOLDER', email: 'someone@example.kz', phone: '+77010000000', reference: '330001', approvalCode: '501234',
      secret_hash: form?.['secret_hash'], ...wrong }
    return this.post(origin + path, JSON.stringify(body))
  }

  async post(address: string, body: string, method = 'POST'): Promise<{ status: number; text: string }> {
    const response = await fetch(address, { method, headers: { 'content-type': 'application/json' }, ...(method === 'GET' ? {} : { body }) })
    return { status: response.status, text: await response.text() }
  }
}
