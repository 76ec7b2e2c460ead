import { randomUUID } from 'node:crypto'

export type UzumMethodName = 'check' | 'create' | 'confirm' | 'reverse' | 'status'
export type UzumReply = { status: number; type: string; text: string; code: string; state: unknown; body: Record<string, unknown> }
type Options = { method?: string; authorization?: string | null; headers?: Record<string, string> }

/** Uzum Bank as it calls us: five addresses, JSON, Basic. */
export class FakeUzum {
  origin: string
  merchant: { key: string; serviceId: string }
  path: string
  field: string
  constructor(origin: string, merchant: { key: string; serviceId: string }, path = '/api/payments/uzum', field = 'ls') {
    this.origin = origin
    this.merchant = merchant
    this.path = path
    this.field = field
  }

  static newTransaction(): string {
    return randomUUID()
  }

  /** Anything at all: for broken calls. */
  async send(place: UzumMethodName, body: string, options: Options = {}): Promise<UzumReply> {
    const authorization = options.authorization === undefined ? `Basic ${btoa(this.merchant.key)}` : options.authorization
    const method = options.method ?? 'POST'
    const response = await fetch(`${this.origin}${this.path}/${place}`, {
      method, headers: { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }), ...options.headers },
      ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
    })
    const text = await response.text()
    const parsed = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
    return { status: response.status, type: response.headers.get('content-type') ?? '', text, code: parsed['errorCode'] === undefined ? '' : String(parsed['errorCode']), state: parsed['status'], body: parsed }
  }

  call(place: UzumMethodName, facts: Record<string, unknown>): Promise<UzumReply> {
    return this.send(place, JSON.stringify({ serviceId: Number(this.merchant.serviceId), timestamp: Date.now(), ...facts }))
  }

  check(account: unknown): Promise<UzumReply> {
    return this.call('check', { params: { [this.field]: account } })
  }

  create(transId: string, account: unknown, amount: unknown): Promise<UzumReply> {
    return this.call('create', { transId, params: { [this.field]: account }, amount })
  }

  confirm(transId: string): Promise<UzumReply> {
    return this.call('confirm', { transId, paymentSource: 'UZUM', tariff: null, processingReferenceNumber: '000123', phone: '998901234567', cardType: 1 })
  }

  reverse(transId: string): Promise<UzumReply> {
    return this.call('reverse', { transId })
  }

  status(transId: string): Promise<UzumReply> {
    return this.call('status', { transId })
  }
}
