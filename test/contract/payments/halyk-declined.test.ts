import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
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

// Not at once: the bank tells of each card, and the person types another on the same page while the token lives.
test.each(['FAILED', 'REJECT'])('P13 %s at the bank: the order stays for another card while its token lives', async statusName => {
  const unit = world.unit()
  const owner = await world.ownerOf(unit)
  const { number } = await world.invoice(unit, 250_000n)
  const order = await world.go(owner, number, 250_000n)
  world.bank.pay(statusName)
  await world.bank.tell(world.doors.origin, order.number, { code: 'error', reasonCode: 484 })
  await drainEvents()
  expect(await world.state(order)).toMatchObject({ order: 'OPEN', payment: 'PENDING' })
  expect((await world.go(owner, number, 250_000n)).number, 'the same order goes on').toBe(order.number)
  world.bank.pay()
  await world.bank.tell(world.doors.origin, order.number)
  await drainEvents()
  expect(await world.state(order)).toMatchObject({ order: 'PAID', payment: 'PAID' })
  expect(await world.entries(unit)).toEqual([{ kind: 'PAYMENT', amount: '-250000' }])
})

test.each(['FAILED', 'REJECT', 'CANCEL'])('P13 %s, and no token any more: let go, and the next press is a new order', async statusName => {
  const unit = world.unit()
  const owner = await world.ownerOf(unit)
  const { number } = await world.invoice(unit, 250_000n)
  const order = await world.go(owner, number, 250_000n)
  world.bank.pay(statusName)
  await world.later(order.paymentId, 20)
  await runJob('payments.askHalyk')
  expect(await world.state(order)).toMatchObject({ order: 'RELEASED', payment: 'CANCELLED' })
  expect((await world.go(owner, number, 250_000n)).number).not.toBe(order.number)
  expect(await world.entries(unit)).toEqual([])
})

test('an order let go is asked about after an hour and after a day: what another card paid is found without a notice', async () => {
  const unit = world.unit()
  const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
  const passes = async (hours: number) => {
    await db.sql(`update payment_transactions set cancelled_at = cancelled_at - $2 * interval '1 hour' where payment_id = $1`, [order.paymentId, hours])
    await db.sql(`update halyk_orders set next_ask_at = next_ask_at - $2 * interval '1 hour' where payment_id = $1`, [order.paymentId, hours])
    await runJob('payments.askHalyk')
  }
  const asked = () => world.bank.asked.filter(line => line.endsWith(`/${order.number}`)).length
  await world.later(order.paymentId, 20)
  await runJob('payments.askHalyk')
  expect(await world.state(order)).toMatchObject({ order: 'RELEASED', payment: 'EXPIRED' })
  const before = asked()
  await passes(0.9)
  expect(asked()).toBe(before)
  await passes(0.2)
  expect(asked()).toBe(before + 1)
  world.bank.tokens.push({ ...world.bank.tokens.find(each => each['invoiceID'] === order.number)! })
  world.bank.pay()
  await passes(23)
  expect(await world.state(order)).toEqual({ order: 'QUARANTINED', payment: 'EXPIRED', difference: 'LATE' })
})

test('a 404 without the bank\'s own word ends nothing', async () => {
  const unit = world.unit()
  const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
  world.bank.mood = 'lost'
  await world.later(order.paymentId, 20)
  await runJob('payments.askHalyk')
  expect(await world.state(order)).toMatchObject({ order: 'OPEN', payment: 'PENDING' })
})

test('a bank that answers with a code nobody described ends nothing: asked again, and after a day a person is told', async () => {
  const unit = world.unit()
  const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
  world.bank.code = '109'
  try {
    await world.later(order.paymentId, 20)
    await runJob('payments.askHalyk')
    expect(await world.state(order)).toEqual({ order: 'OPEN', payment: 'PENDING', difference: null })
    await world.later(order.paymentId, 20)
    await runJob('payments.askHalyk')
    expect(await world.state(order)).toEqual({ order: 'QUARANTINED', payment: 'PENDING', difference: 'UNKNOWN' })
  } finally {
    world.bank.code = null
  }
  await world.later(order.paymentId, 0)
  await runJob('payments.askHalyk')
  expect(await world.state(order), 'the bank says that it has none').toMatchObject({ order: 'RELEASED', payment: 'EXPIRED' })
})

test('what the bank has on a terminal that is not ours is never placed, though the order is over', async () => {
  const unit = world.unit()
  const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
  await world.later(order.paymentId, 20)
  await runJob('payments.askHalyk')
  expect(await world.state(order)).toMatchObject({ payment: 'EXPIRED' })
  world.bank.pay('CHARGE', { terminal: 'not-ours' })
  await world.bank.tell(world.doors.origin, order.number)
  await drainEvents()
  expect(await world.state(order)).toEqual({ order: 'QUARANTINED', payment: 'EXPIRED', difference: 'TERMINAL' })
})

test('a bank that is down is left to rest from the third silence, longer each time; what was due is asked when it answers again', async () => {
  await db.sql(`update halyk_orders set next_ask_at = null`)
  const unit = world.unit()
  const owner = await world.ownerOf(unit)
  const orders = [await world.go(owner, unit.accountNumber, 110_000n), await world.go(owner, unit.accountNumber, 120_000n)]
  world.bank.pay()
  const round = async () => {
    const before = world.bank.asked.length
    await db.sql(`update halyk_orders set next_ask_at = app.now() where payment_id = any($1::uuid[])`, [orders.map(order => order.paymentId)])
    await runJob('payments.askHalyk')
    return world.bank.asked.length - before
  }
  const rest = async () => Number((await db.sql<{ minutes: number }>(`select round(extract(epoch from rests_until - app.now()) / 60)::float8 as minutes from payment_outages where merchant_id = $1`, [world.merchantId]))[0]?.minutes)
  const over = () => db.sql(`update payment_outages set rests_until = app.now() - interval '1 second'`)
  world.bank.mood = 'silent'
  expect(await round()).toBe(2)
  expect([1, 2], 'the other of the two may come when the third silence is known').toContain(await round())
  expect(await rest()).toBeGreaterThanOrEqual(1)
  expect(await round(), 'it rests').toBe(0)
  await world.bank.tell(world.doors.origin, orders[1]!.number)
  const before = world.bank.asked.length
  await drainEvents()
  expect(world.bank.asked.length, 'a notice does not wake it').toBe(before)
  await over()
  const first = await rest()
  await round()
  expect(await rest()).toBeGreaterThan(Math.max(first, 1))
  world.bank.mood = 'well'
  await over()
  await round()
  expect(await world.state(orders[1]!)).toMatchObject({ order: 'PAID', payment: 'PAID' })
  expect(await rest()).toBe(0)
})
