import { expect } from 'vitest'
import { encode } from 'next-auth/jwt'
import { sessionCookie } from '#server/api/request-scope.ts'
import { pool } from '#server/infra/db.ts'
import { env } from '#server/infra/env.ts'
import { newId } from '#server/kernel/ids.ts'
import { doors as paymentDoors } from '#server/payments/http.ts'
import { asOwner, asPerson, type ActingPerson } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'
import { FakeHalyk } from '#test/support/fakes/halyk.ts'
import { makeInvoice } from '#test/support/fakes/payme.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { drainEvents } from '#test/support/worker.ts'

/** What a person pays when nothing is asked of the sum. */
export const amount = 1_842_050n

export type Order = { paymentId: string; number: string; href: string; intentId: string }

/** A house in Kazakhstan whose operator takes cards through Halyk, with the bank on a port of its own. */
export class HalykWorld {
  db: TestDatabase
  bank: FakeHalyk
  doors: Awaited<ReturnType<typeof openDoors>>
  house: TestHouse
  merchantId: string
  admin: ActingPerson
  #units: Iterator<TestPremises>

  constructor(made: { db: TestDatabase; bank: FakeHalyk; doors: Awaited<ReturnType<typeof openDoors>>; house: TestHouse; merchantId: string; admin: ActingPerson }) {
    this.db = made.db
    this.bank = made.bank
    this.doors = made.doors
    this.house = made.house
    this.merchantId = made.merchantId
    this.admin = made.admin
    this.#units = made.house.premises.values()
  }

  static async open(db: TestDatabase, { twoStage = false, flats = 30 } = {}): Promise<HalykWorld> {
    const bank = await FakeHalyk.open()
    const admin = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
    const merchantId = newId()
    await admin.caller.payments.registerMerchant({ ...merchantFacts(bank, twoStage), merchantId })
    await admin.caller.payments.replaceMerchantKey({ merchantId, key: 'first-halyk-secret', test: true })
    return new HalykWorld({ db, bank, doors: await openDoors(), house: await makeHouse(db, { country: 'KZ', flats }), merchantId, admin })
  }

  async close(): Promise<void> {
    await this.doors.close()
    await this.bank.stop()
    await pool().end()
  }

  unit(): TestPremises {
    return this.#units.next().value as TestPremises
  }

  ownerOf(unit: TestPremises): Promise<ActingPerson> {
    return asOwner(this.db, this.house, unit)
  }

  /** The person presses the button: an order, and the way to the bank. */
  async leave(person: ActingPerson, number: string, amount: bigint): Promise<Order> {
    const intentId = newId()
    const { href } = await person.caller.payments.openIntent({ intentId, number, amount, provider: 'halyk' })
    const paymentId = href?.split('/').at(-1) ?? ''
    const [row] = await this.db.sql<{ number: string }>('select number from halyk_orders where payment_id = $1', [paymentId])
    return { paymentId, number: row?.number ?? '', href: href ?? '', intentId }
  }

  /** The page between ours and the bank's. */
  async page(person: ActingPerson, order: Order, headers: Record<string, string> = {}): Promise<{ status: number; text: string; policy: string; location: string | null }> {
    const [, , , , locale = '', building = '', id = ''] = order.href.split('/')
    const cookie = `${sessionCookie}=${await encode({ token: { sid: person.sid }, secret: env.AUTH_SECRET })}`
    const door = paymentDoors.find(each => each.path.startsWith('/api/pay/halyk/'))!
    const response = await door.handle(new Request(`http://localhost${order.href}`, { headers: { cookie, ...headers } }), { params: { locale, building, order: id }, address: '127.0.0.1', requestId: '', busy: false })
    return { status: response.status, text: await response.text(), policy: response.headers.get('content-security-policy') ?? '', location: response.headers.get('location') }
  }

  /** Up to the bank's page, a token given. */
  async go(person: ActingPerson, number: string, amount: bigint): Promise<Order> {
    const order = await this.leave(person, number, amount)
    expect((await this.page(person, order)).status).toBe(200)
    return order
  }

  /** An order that the bank's word does not fit. */
  async apart(wrong: Record<string, unknown>, statusName = 'CHARGE'): Promise<{ order: Order; unit: TestPremises }> {
    const unit = this.unit()
    const order = await this.go(await this.ownerOf(unit), unit.accountNumber, amount)
    this.bank.pay(statusName, wrong)
    await this.db.sql(`update halyk_orders set ends_at = app.now() - interval '1 minute' where payment_id = $1 and $2`, [order.paymentId, statusName === 'AUTH'])
    await this.bank.tell(this.doors.origin, order.number)
    await drainEvents()
    expect(await this.state(order)).toMatchObject({ order: 'QUARANTINED' })
    return { order, unit }
  }

  keyOf({ paymentId }: Order): { buildingId: string; paymentId: string } {
    return { buildingId: this.house.buildingId, paymentId }
  }

  /** Time passes for an order without touching the clock. */
  later(paymentId: string, hours: number): Promise<unknown> {
    return this.db.sql(`update halyk_orders set ends_at = ends_at - $2 * interval '1 hour', next_ask_at = app.now() where payment_id = $1`, [paymentId, hours])
  }

  invoice({ premisesId, accountId }: TestPremises, sum: bigint): ReturnType<typeof makeInvoice> {
    return makeInvoice(this.db, { buildingId: this.house.buildingId, premisesId, accountId, country: 'KZ' }, sum)
  }

  async state(order: Order): Promise<{ order: string; payment: string; difference: string | null }> {
    const [row] = await this.db.sql<{ order: string; payment: string; difference: string | null }>(
      'select o.state as order, t.state as payment, o.difference from halyk_orders o join payment_transactions t using (building_id, payment_id) where payment_id = $1', [order.paymentId])
    return row!
  }

  entries(unit: TestPremises): Promise<{ kind: string; amount: string }[]> {
    return this.db.sql('select kind, amount::text from ledger_entries where building_id = $1 and account_id = $2 order by seq, line', [this.house.buildingId, unit.accountId])
  }
}

export function merchantFacts(bank: FakeHalyk, twoStage = false) {
  return {
    merchantId: newId(), provider: 'halyk' as const, segment: `halyk-${newId().slice(-8)}`, country: 'KZ' as const, scopeType: 'OPERATOR' as const, scopeId: null, shortAddress: false, externalId: '',
    accountField: 'ls', mostAmount: 100_000_000n, allowedAddresses: [], refunds: 'ALLOWED' as const, answerFormat: 'JSON' as const, payPage: '', activeFrom: '2020-01-01',
    halyk: { clientId: 'uyim', terminal: '67e34d63-102f-4bd1-898e-370781d0074d', tokenBase: `${bank.base}/epay2`, apiBase: `${bank.base}/api`, pageScript: `${bank.base}/payform/payment-api.js`, twoStage },
  }
}
