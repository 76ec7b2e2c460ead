import { randomBytes, randomInt } from 'node:crypto'
import { seal } from '#server/infra/crypto.ts'
import { newId } from '#server/kernel/ids.ts'
import { keySeal } from '#server/payments/doors/queries.ts'
import { lifetimes } from '#server/payments/rules.ts'
import type { Provider } from '#server/payments/schema.ts'
import type { TestDatabase } from '#test/support/database.ts'

export type PaymeAnswer = { status: number; text: string; type: string; id: unknown; result?: Record<string, unknown>; error?: { code: number; message: unknown; data?: unknown } }

/** Payme as it calls us: every method, one key. */
export class FakePayme {
  origin: string
  key: string
  path: string
  field: string
  constructor(origin: string, key: string, path = '/api/payments/payme', field = 'ls') {
    this.origin = origin
    this.key = key
    this.path = path
    this.field = field
  }

  static newTransaction(): string {
    return randomBytes(12).toString('hex')
  }

  /** Anything at all: for broken calls. */
  async send(body: string, options: { method?: string; authorization?: string | null } = {}): Promise<PaymeAnswer> {
    const authorization = options.authorization === undefined ? `Basic ${btoa(`Paycom:${this.key}`)}` : options.authorization
    const method = options.method ?? 'POST'
    const response = await fetch(this.origin + this.path, {
      method, headers: { 'content-type': 'text/json; charset=UTF-8', ...(authorization === null ? {} : { authorization }) },
      ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
    })
    const text = await response.text()
    const parsed = (text === '' ? {} : JSON.parse(text)) as Pick<PaymeAnswer, 'id' | 'result' | 'error'>
    return { status: response.status, text, type: response.headers.get('content-type') ?? '', ...parsed }
  }

  call(method: string, params: Record<string, unknown>, id: number | string = 7): Promise<PaymeAnswer> {
    return this.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
  }

  check(number: string, amount: unknown): Promise<PaymeAnswer> {
    return this.call('CheckPerformTransaction', { amount, account: { [this.field]: number } })
  }

  create(id: string, number: string, amount: unknown, time: number = Date.now()): Promise<PaymeAnswer> {
    return this.call('CreateTransaction', { id, time, amount, account: { [this.field]: number } })
  }

  perform(id: string): Promise<PaymeAnswer> {
    return this.call('PerformTransaction', { id })
  }

  cancel(id: string, reason = 3): Promise<PaymeAnswer> {
    return this.call('CancelTransaction', { id, reason })
  }

  look(id: string): Promise<PaymeAnswer> {
    return this.call('CheckTransaction', { id })
  }

  statement(from: number, to: number): Promise<PaymeAnswer> {
    return this.call('GetStatement', { from, to })
  }
}

export type TestMerchant = { merchantId: string; segment: string; key: string; serviceId: string }
export type MerchantFacts = {
  provider?: Provider; country?: 'UZ' | 'KZ'; scope?: { type: 'OPERATOR' | 'ORGANISATION' | 'BUILDING'; id: string | null }; short?: boolean
  refunds?: 'ALLOWED' | 'FORBIDDEN'; testKey?: boolean; addresses?: string[]; format?: 'JSON' | 'XML'; kinds?: string[]; field?: string; key?: string; serviceId?: string
}

function credentials({ provider, key, serviceId }: MerchantFacts): { key: string; serviceId: string } {
  const random = randomBytes(18).toString('hex')
  return { key: key ?? (provider === 'uzum' ? `uyim:${random}` : random), serviceId: serviceId ?? (provider === 'click' || provider === 'uzum' ? String(randomInt(10_000, 99_999)) : '') }
}

/** A merchant with one key, made behind the policies' back. Uzum's key is 'login:password'. */
export async function makeMerchant(db: TestDatabase, facts: MerchantFacts = {}): Promise<TestMerchant> {
  const given = { provider: 'payme', scope: { type: 'OPERATOR', id: null }, short: false, kinds: ['ACCUMULATING', 'ONE_TIME'], refunds: 'ALLOWED', format: 'JSON', testKey: true, ...facts } as const
  const country = facts.country ?? (given.provider === 'kaspi' || given.provider === 'halyk' ? 'KZ' : 'UZ')
  const addresses = facts.addresses ?? (given.provider === 'kaspi' ? ['127.0.0.0/8', '::1'] : [])
  const { key, serviceId } = credentials(facts)
  const merchant = { merchantId: newId(), segment: `test-${randomBytes(5).toString('hex')}`, key, serviceId }
  await db.sql(`insert into payment_merchants (merchant_id, provider, segment, country, currency, scope_type, scope_id, short_address, external_id, account_field, kinds,
      least_amount, most_amount, allowed_addresses, refunds, answer_format, active_from, service_id, expires_after)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $15, $16, $9, 100, 100000000000, $10, $11, $12, '2020-01-01', $13, $14)`,
    [merchant.merchantId, given.provider, merchant.segment, country, country === 'UZ' ? 'UZS' : 'KZT', given.scope.type, given.scope.id, given.short, given.kinds, addresses, given.refunds, given.format,
      serviceId, lifetimes[given.provider], 'test', facts.field ?? 'ls'])
  await db.sql('insert into payment_merchant_keys (merchant_id, key_hash, test, valid_from, sealed) values ($1, sha256($2), $3, $4, $5)',
    [merchant.merchantId, Buffer.from(merchant.key), given.testKey, '2020-01-01', given.provider === 'click' ? seal(keySeal, merchant.key) : null])
  return merchant
}

/** An invoice of the flat, payable once, made behind the policies' back. */
export async function makeInvoice(db: TestDatabase, unit: { buildingId: string; premisesId: string; accountId: string; country?: 'UZ' | 'KZ' }, amount: bigint, fund = `PROGRAMME:${newId()}`, dueOn = '2026-12-10'): Promise<{ invoiceId: string; number: string; fund: string }> {
  const invoiceId = newId()
  const country = unit.country ?? 'UZ'
  const [row] = await db.sql<{ number: string }>(`
    with n as (select app.next_account_number($1) as number),
    d as (insert into invoice_numbers (number, building_id, invoice_id) select number, $2, $3 from n)
    insert into payment_invoices (building_id, invoice_id, number, account_id, premises_id, fund, amount, currency, due_on, source_type, source_id)
    select $2, $3, number, $4, $5, $6, $7, $8, $9, 'test', $3::uuid::text from n returning number`,
    [country, unit.buildingId, invoiceId, unit.accountId, unit.premisesId, fund, amount.toString(), country === 'UZ' ? 'UZS' : 'KZT', dueOn])
  return { invoiceId, number: row?.number ?? '', fund }
}
