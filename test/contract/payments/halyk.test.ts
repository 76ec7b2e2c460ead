import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { drainEvents, runJob } from '#test/support/worker.ts'
import { amount, HalykWorld } from '#test/support/fakes/halyk-world.ts'

let db: TestDatabase
let world: HalykWorld

beforeAll(async () => {
  db = await testDatabase()
  world = await HalykWorld.open(db)
})
beforeEach(() => {
  world.bank.mood = 'well'
})
afterAll(() => world.close())

const count = async (text: string, values: unknown[] = []) => (await db.sql<{ n: number }>(`select count(*)::int as n from ${text}`, values))[0]?.n

describe('the way to the bank (payments.md 7.1–7.3)', () => {
  test('an order with a number of digits, a token for it, and the bank\'s library with what is to be paid', async () => {
    const unit = world.unit()
    const owner = await world.ownerOf(unit)
    const order = await world.leave(owner, unit.accountNumber, amount)
    expect(order.number).toMatch(/^\d{6,15}$/)
    const page = await world.page(owner, order)
    const form = world.bank.tokens.at(-1)!
    expect(form).toMatchObject({ grant_type: 'client_credentials', scope: 'webapi usermanagement email_send verification statement statistics payment', client_id: 'uyim', client_secret: 'first-halyk-secret',
      invoiceID: order.number, amount: '18420.50', currency: 'KZT', terminal: '67e34d63-102f-4bd1-898e-370781d0074d', secret_hash: expect.stringMatching(/^[0-9a-f]{32}$/) as string })
    expect(form['postLink']).toMatch(/\/api\/payments\/halyk\/halyk-/)
    const given = JSON.parse(/halyk[.]pay\((.*?)\)<\/script>/.exec(page.text)?.[1] ?? '') as Record<string, unknown>
    expect(given).toMatchObject({ invoiceId: order.number, amount: 18420.5, currency: 'KZT', terminal: form['terminal'], language: 'rus', accountId: unit.accountNumber, postLink: form['postLink'], failurePostLink: form['postLink'],
      backLink: `http://localhost:3000/ru/pay/${unit.accountNumber}?back=${order.intentId}`, failureBackLink: `http://localhost:3000/ru/pay/${unit.accountNumber}`, auth: { access_token: expect.any(String) as string, expires_in: 7200 } })
    expect(page.text).not.toContain('first-halyk-secret')
    expect(page.policy).toMatch(/^default-src 'none'.*script-src 'nonce-/)
  })

  test('only the person\'s own order, from our own page; a stranger learns nothing', async () => {
    const unit = world.unit()
    const owner = await world.ownerOf(unit)
    const order = await world.leave(owner, unit.accountNumber, amount)
    const before = world.bank.tokens.length
    const other = await world.ownerOf(world.unit())
    expect(await world.page(other, order)).toMatchObject({ status: 303, text: '' })
    expect((await world.page(owner, order, { 'sec-fetch-site': 'cross-site' })).status).toBe(404)
    expect((await world.page(owner, { ...order, href: order.href.replace(order.paymentId, 'x') })).status).toBe(404)
    expect(world.bank.tokens.length).toBe(before)
  })

  test('a bank that is silent: told so with 503, nothing is lost', async () => {
    const unit = world.unit()
    const owner = await world.ownerOf(unit)
    const order = await world.leave(owner, unit.accountNumber, amount)
    world.bank.mood = 'broken'
    const page = await world.page(owner, order)
    expect(page.status).toBe(503)
    expect(page.text).toContain('Деньги не списаны')
    world.bank.mood = 'well'
    expect((await world.page(owner, order)).status).toBe(200)
  })

  test('two keys live: the older one opens the bank while the newer is not known there', async () => {
    await world.admin.caller.payments.replaceMerchantKey({ merchantId: world.merchantId, key: 'second-halyk-secret', test: true })
    const unit = world.unit()
    const owner = await world.ownerOf(unit)
    const order = await world.go(owner, unit.accountNumber, amount)
    world.bank.secrets = new Set(['second-halyk-secret'])
    expect((await world.page(owner, order)).status).toBe(200)
    expect(world.bank.tokens.at(-1)?.['client_secret']).toBe('second-halyk-secret')
    expect(JSON.stringify(await db.sql('select * from payment_merchant_keys'))).not.toContain('halyk-secret')
  })

  test('test keys ask no bank in production', async () => {
    const { env } = await import('#server/infra/env.ts')
    const before = { DEMO: env.DEMO, NODE_ENV: env.NODE_ENV }
    const unit = world.unit()
    const owner = await world.ownerOf(unit)
    const order = await world.leave(owner, unit.accountNumber, amount)
    Object.assign(env, { DEMO: false, NODE_ENV: 'production' })
    try {
      expect((await world.page(owner, order)).status).toBe(503)
    } finally {
      Object.assign(env, before)
    }
  })

  test('the last six digits are an order\'s own among the live ones of a terminal', async () => {
    const unit = world.unit()
    const owner = await world.ownerOf(unit)
    const first = await world.leave(owner, unit.accountNumber, 100_000n)
    // A million orders later the same tail comes round.
    await db.sql(`select setval('halyk_numbers', $1::bigint + 999999)`, [first.number])
    const second = await world.leave(owner, unit.accountNumber, 200_000n)
    expect(second.number.slice(-6)).not.toBe(first.number.slice(-6))
    expect(BigInt(second.number)).toBe(BigInt(first.number) + 1_000_001n)
  })
})

describe('P01–P05 what is said to postLink', () => {
  test('P01 a wrong or missing secret_hash is ignored: nobody is asked, nothing changes', async () => {
    const unit = world.unit()
    const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
    world.bank.pay()
    const before = world.bank.asked.length
    for (const secret_hash of ['', undefined, 'f'.repeat(32), 7]) expect((await world.bank.tell(world.doors.origin, order.number, { secret_hash })).status).toBe(200)
    expect((await world.bank.tell(world.doors.origin, '100999999')).status).toBe(200)
    await drainEvents()
    expect(world.bank.asked.length).toBe(before)
    expect(await world.state(order)).toMatchObject({ order: 'OPEN', payment: 'PENDING' })
    expect(await count(`payment_request_log where external_id = $1 and response = 'ignored'`, [order.number])).toBe(4)
  })

  test('P01 addresses outside a merchant\'s list are not heard', async () => {
    const unit = world.unit()
    const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
    world.bank.pay()
    await db.sql(`update payment_merchants set allowed_addresses = '{185.1.1.0/24}' where merchant_id = $1`, [world.merchantId])
    await world.bank.tell(world.doors.origin, order.number)
    await db.sql(`update payment_merchants set allowed_addresses = '{}' where merchant_id = $1`, [world.merchantId])
    expect(await drainEvents()).toBe(0)
  })

  test('P02 no notice at all: 400', async () => {
    const address = `${world.doors.origin}/api/payments/halyk`
    for (const body of ['', '{', '[]', 'null', '{}', '{"invoiceId":"x"}', '{"invoiceId":"12345"}', `{"invoiceId":"100000001","a":"${'a'.repeat(70_000)}"}`]) expect((await world.bank.post(address, body)).status, body.slice(0, 30)).toBe(400)
    for (const method of ['GET', 'PUT']) expect((await world.bank.post(address, '{"invoiceId":"100000001"}', method)).status).toBe(400)
  })

  test('the notice itself settles nothing: the bank\'s own status does', async () => {
    const unit = world.unit()
    const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
    await world.bank.tell(world.doors.origin, order.number)
    await drainEvents()
    expect(await world.state(order)).toMatchObject({ order: 'OPEN', payment: 'PENDING' })
    expect(await world.entries(unit)).toEqual([])
  })

  test.each([['amount', { amount: 18420.51 }, 'AMOUNT'], ['currency', { currency: 'USD' }, 'CURRENCY'], ['terminal', { terminal: 'another' }, 'TERMINAL'], ['fraction', { amount: 18420.505 }, 'AMOUNT']])(
    'P04 another %s at the bank: kept apart, not settled', async (_name, wrong, difference) => {
      const unit = world.unit()
      const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
      world.bank.pay('CHARGE', wrong)
      await world.bank.tell(world.doors.origin, order.number)
      await drainEvents()
      expect(await world.state(order)).toEqual({ order: 'QUARANTINED', payment: 'PENDING', difference })
      expect(await world.entries(unit)).toEqual([])
      // A person asks the bank to give it back: the order lets go by itself.
      world.bank.transactions.get(order.number)!.statusName = 'REFUND'
      await world.later(order.paymentId, 0)
      await runJob('payments.askHalyk')
      expect(await world.state(order)).toMatchObject({ order: 'RELEASED', payment: 'CANCELLED' })
    })
})

describe('P07–P16 the life of an order', () => {
  test('P09 settled once by the bank\'s word, however often it is told; shown as paid', async () => {
    const unit = world.unit()
    const owner = await world.ownerOf(unit)
    const order = await world.go(owner, unit.accountNumber, amount)
    expect((await owner.caller.payments.screen({ number: unit.accountNumber })).payments, 'an order is no payment yet').toEqual([])
    expect((await owner.caller.payments.track({ number: unit.accountNumber })).moving).toBe(false)
    await owner.caller.payments.submitNotice({ buildingId: world.house.buildingId, intentId: order.intentId })
    expect((await owner.caller.payments.track({ number: unit.accountNumber })).moving, 'what the person says they paid is no debt').toBe(true)
    world.bank.pay()
    for (let i = 0; i < 3; i += 1) {
      await world.bank.tell(world.doors.origin, order.number)
      await drainEvents()
    }
    expect(await world.state(order)).toEqual({ order: 'PAID', payment: 'PAID', difference: null })
    expect(await world.entries(unit)).toEqual([{ kind: 'PAYMENT', amount: String(-amount) }])
    const screen = await owner.caller.payments.screen({ number: unit.accountNumber })
    expect(screen.payments.map(each => [each.provider, each.state])).toEqual([['halyk', 'PAID']])
    expect(screen.inFlight.items).toEqual([])
    expect((await world.page(owner, order)).location, 'a paid order opens no bank').toContain(`/ru/pay/${unit.accountNumber}`)
  })

  test('P07 an invoice: the same person goes on, another is refused, so are other providers', async () => {
    const unit = world.unit()
    const [owner, other] = [await world.ownerOf(unit), await world.ownerOf(unit)]
    const { number } = await world.invoice(unit, 500_000n)
    const first = await world.go(owner, number, 500_000n)
    expect((await world.leave(owner, number, 500_000n)).paymentId).toBe(first.paymentId)
    await expect(world.leave(other, number, 500_000n)).rejects.toMatchObject({ code: 'CONFLICT', message: 'payments.beingPaid' })
    world.bank.pay()
    await world.bank.tell(world.doors.origin, first.number)
    await drainEvents()
    await expect(world.leave(other, number, 500_000n)).rejects.toMatchObject({ code: 'CONFLICT', message: 'payments.alreadyPaid' })
    expect(await count(`payment_invoices where number = $1 and state = 'PAID'`, [number])).toBe(1)
  })

  test('P08 several orders of one account at once, of one person and of two', async () => {
    const unit = world.unit()
    const [owner, other] = [await world.ownerOf(unit), await world.ownerOf(unit)]
    for (const [person, sum] of [[owner, 100_000n], [owner, 200_000n], [other, 100_000n]] as const) {
      const order = await world.go(person, unit.accountNumber, sum)
      world.bank.pay()
      await world.bank.tell(world.doors.origin, order.number)
    }
    await drainEvents()
    expect((await world.entries(unit)).map(entry => entry.amount).sort()).toEqual(['-100000', '-100000', '-200000'])
  })

  test('P12 it lives as long as its token may: then the bank is asked, and only its silence about a payment ends it', async () => {
    const unit = world.unit()
    const owner = await world.ownerOf(unit)
    const [left, paid] = [await world.go(owner, unit.accountNumber, 300_000n), await world.go(owner, unit.accountNumber, 400_000n)]
    world.bank.pay()
    await world.later(left.paymentId, 2)
    await runJob('payments.askHalyk')
    expect(await world.state(left), 'two hours and ten minutes').toMatchObject({ order: 'OPEN', payment: 'PENDING' })
    for (const order of [left, paid]) await world.later(order.paymentId, order === left ? 0.2 : 2.2)
    await runJob('payments.askHalyk')
    expect(await world.state(left)).toMatchObject({ order: 'RELEASED', payment: 'EXPIRED' })
    expect(await world.state(paid), 'the notice was lost, the money was not').toMatchObject({ order: 'PAID', payment: 'PAID' })
    expect((await world.page(owner, left)).status).toBe(303)
    world.bank.tokens.push({ ...world.bank.tokens.find(each => each['invoiceID'] === left.number)! })
    world.bank.pay()
    await world.bank.tell(world.doors.origin, left.number)
    await drainEvents()
    expect(await world.state(left), 'money for an order that is over').toEqual({ order: 'QUARANTINED', payment: 'EXPIRED', difference: 'LATE' })
  })

  test('a bank that cannot be asked ends nothing', async () => {
    const unit = world.unit()
    const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
    world.bank.pay()
    await world.later(order.paymentId, 20)
    for (const mood of ['silent', 'broken'] as const) {
      world.bank.mood = mood
      await db.sql('update halyk_orders set next_ask_at = app.now() where payment_id = $1', [order.paymentId])
      await runJob('payments.askHalyk')
      expect(await world.state(order)).toMatchObject({ order: 'OPEN', payment: 'PENDING' })
    }
    world.bank.mood = 'well'
    await db.sql('update halyk_orders set next_ask_at = app.now() where payment_id = $1', [order.paymentId])
    await runJob('payments.askHalyk')
    expect(await world.state(order)).toMatchObject({ order: 'PAID', payment: 'PAID' })
  })

  test.each(['NEW', '3D', 'AUTH', 'SOMETHING'])('%s settles nothing in one stage', async statusName => {
    const unit = world.unit()
    const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
    world.bank.pay(statusName)
    await world.bank.tell(world.doors.origin, order.number)
    await drainEvents()
    expect(await world.state(order)).toMatchObject({ order: 'OPEN', payment: 'PENDING' })
    await world.later(order.paymentId, 20)
    await runJob('payments.askHalyk')
    expect(await world.state(order)).toMatchObject(statusName === 'AUTH' ? { order: 'QUARANTINED', difference: 'AUTH' } : { order: 'RELEASED', payment: 'EXPIRED' })
  })
})
