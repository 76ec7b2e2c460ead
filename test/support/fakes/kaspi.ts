export type KaspiReply = { status: number; text: string; type: string; result: number; body: Record<string, unknown> }

/** Kaspi as it calls us: one GET address, check and pay. */
export class FakeKaspi {
  origin: string
  path: string
  constructor(origin: string, path = '/api/payments/kaspi') {
    this.origin = origin
    this.path = path
  }

  static newOperation(): string {
    return String(10n ** 9n + (BigInt(Date.now()) * 1000n + BigInt(FakeKaspi.#operations++)) % 10n ** 15n)
  }
  static #operations = 0

  async send(query: Record<string, string>, options: { method?: string; headers?: Record<string, string> } = {}): Promise<KaspiReply> {
    const response = await fetch(`${this.origin}${this.path}?${new URLSearchParams(query).toString()}`, { method: options.method ?? 'GET', headers: options.headers ?? {} })
    const text = await response.text()
    const xml = /<result>(\d)<\/result>/.exec(text)
    const body = xml || text === '' ? {} : JSON.parse(text) as Record<string, unknown>
    return { status: response.status, text, type: response.headers.get('content-type') ?? '', result: xml ? Number(xml[1]) : Number(body['result']), body }
  }

  check(account: string, txnId?: string, sum = '0.00'): Promise<KaspiReply> {
    return this.send({ command: 'check', ...(txnId === undefined ? {} : { txn_id: txnId }), account, sum })
  }

  pay(txnId: string, account: string, sum: string, txnDate?: string): Promise<KaspiReply> {
    return this.send({ command: 'pay', txn_id: txnId, account, sum, ...(txnDate === undefined ? {} : { txn_date: txnDate }) })
  }
}
