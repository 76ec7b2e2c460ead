export type PaynetAnswer = { status: number; text: string; type: string; id: unknown; result?: Record<string, unknown>; error?: { code: number; message: string } }
type Options = { method?: string; authorization?: string | null }

/** Paynet as it calls us: JSON-RPC, one login with its password, one step. */
export class FakePaynet {
  origin: string
  key: string
  path: string
  service: number | string
  constructor(origin: string, key: string, path = '/api/payments/paynet', service: number | string = 7) {
    this.origin = origin
    this.key = key
    this.path = path
    this.service = service
  }

  static newTransaction(): number {
    return Date.now() * 100 + (FakePaynet.#made++ % 100)
  }
  static #made = 0

  async send(body: string, options: Options = {}): Promise<PaynetAnswer> {
    const authorization = options.authorization === undefined ? `Basic ${btoa(this.key)}` : options.authorization
    const method = options.method ?? 'POST'
    const response = await fetch(this.origin + this.path, {
      method, headers: { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) }, ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
    })
    const text = await response.text()
    const parsed = (text === '' ? {} : JSON.parse(text)) as Pick<PaynetAnswer, 'id' | 'result' | 'error'>
    return { status: response.status, text, type: response.headers.get('content-type') ?? '', ...parsed }
  }

  call(method: string, params: Record<string, unknown>, id: number | string = 9): Promise<PaynetAnswer> {
    return this.send(JSON.stringify({ jsonrpc: '2.0', method, id, params }))
  }

  look(account: unknown): Promise<PaynetAnswer> {
    return this.call('GetInformation', { serviceId: this.service, fields: { client_id: account } })
  }

  perform(transactionId: number | string, account: unknown, amount: unknown): Promise<PaynetAnswer> {
    return this.call('PerformTransaction', { amount, serviceId: this.service, transactionId, fields: { client_id: account } })
  }

  check(transactionId: number | string): Promise<PaynetAnswer> {
    return this.call('CheckTransaction', { serviceId: this.service, transactionId })
  }

  cancel(transactionId: number | string): Promise<PaynetAnswer> {
    return this.call('CancelTransaction', { serviceId: this.service, transactionId })
  }

  statement(dateFrom: string, dateTo: string): Promise<PaynetAnswer> {
    return this.call('GetStatement', { serviceId: this.service, dateFrom, dateTo })
  }
}
