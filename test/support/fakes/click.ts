import { createHash, randomInt } from 'node:crypto'

export type ClickAnswer = { status: number; type: string; text: string; error: number; body: Record<string, unknown> }
export type ClickOrder = { trans: string; account: string; amount: string }
type Facts = { error?: number; secret?: string; serviceId?: string; signTime?: string; prepareId?: string | number; more?: Record<string, string>; without?: string }

/** Click as it calls us: forms signed by MD5 of their own texts. */
export class FakeClick {
  origin: string
  merchant: { key: string; serviceId: string }
  path: string
  constructor(origin: string, merchant: { key: string; serviceId: string }, path = '/api/payments/click') {
    this.origin = origin
    this.merchant = merchant
    this.path = path
  }

  static newTransaction(): string {
    return String(19_000_000_000 + randomInt(1_000_000_000))
  }

  /** Anything at all: for broken calls. */
  async send(body: string, options: { method?: string; place?: string; type?: string; headers?: Record<string, string> } = {}): Promise<ClickAnswer> {
    const method = options.method ?? 'POST'
    const response = await fetch(`${this.origin}${this.path}/${options.place ?? 'prepare'}`, {
      method, headers: { 'content-type': options.type ?? 'application/x-www-form-urlencoded', ...options.headers }, ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
    })
    const text = await response.text()
    const parsed = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
    return { status: response.status, type: response.headers.get('content-type') ?? '', text, error: Number(parsed['error']), body: parsed }
  }

  prepare(order: ClickOrder, facts: Facts = {}): Promise<ClickAnswer> {
    return this.send(this.form('0', order, facts), { place: 'prepare' })
  }

  complete(order: ClickOrder, prepareId: unknown, facts: Facts = {}): Promise<ClickAnswer> {
    return this.send(this.form('1', order, { ...facts, prepareId: String(prepareId) }), { place: 'complete' })
  }

  /** Prepare and Complete at once; the answer of the second. */
  async pay(order: ClickOrder): Promise<ClickAnswer> {
    const prepared = await this.prepare(order)
    return prepared.error === 0 ? this.complete(order, prepared.body['merchant_prepare_id']) : prepared
  }

  form(action: string, { trans, account, amount }: ClickOrder, facts: Facts = {}): string {
    const serviceId = facts.serviceId ?? this.merchant.serviceId
    const signTime = facts.signTime ?? new Date(Date.now() + 5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
    const prepareId = facts.prepareId === undefined ? '' : String(facts.prepareId)
    const sign = createHash('md5').update(`${trans}${serviceId}${facts.secret ?? this.merchant.key}${account}${action === '1' ? prepareId : ''}${amount}${action}${signTime}`).digest('hex')
    const form = new URLSearchParams({
      click_trans_id: trans, service_id: serviceId, click_paydoc_id: String(BigInt(trans) + 7n), merchant_trans_id: account, ...(prepareId === '' ? {} : { merchant_prepare_id: prepareId }),
      amount, action, error: String(facts.error ?? 0), error_note: facts.error ? 'Error' : 'Success', sign_time: signTime, sign_string: sign, ...facts.more,
    })
    if (facts.without) form.delete(facts.without)
    return form.toString()
  }
}
