import { afterAll, beforeAll, expect, test } from 'vitest'
import { asAccountant, asClerk, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { amount, HalykWorld, type Order } from '#test/support/fakes/halyk-world.ts'
import { drainEvents, runJob } from '#test/support/worker.ts'

let db: TestDatabase
let world: HalykWorld
let accountant: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  world = await HalykWorld.open(db, { flats: 8 })
  accountant = await asAccountant(db, world.house)
})
afterAll(() => world.close())

test('a person has the bank give the money back: charged is refunded, held is let go, and the order lets go by the bank\'s word', async () => {
  for (const [made, word] of [[await world.apart({ amount: 18420.51 }), 'REFUND'], [await world.apart({}, 'AUTH'), 'CANCEL']] as const) {
    const { order, unit } = made
    await expect((await asClerk(db, world.house)).caller.statements.reverseOrder({ ...world.keyOf(order), note: 'по заявлению' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    world.bank.mood = 'silent'
    await accountant.caller.statements.reverseOrder({ ...world.keyOf(order), note: 'по заявлению 17' })
    expect((await accountant.caller.statements.keptOrders())[0]).toMatchObject({ refundAsked: true, acts: { place: 'statements.orderAskedBack' } })
    await expect(accountant.caller.statements.reverseOrder({ ...world.keyOf(order), note: 'ещё раз' })).rejects.toMatchObject({ message: 'statements.orderAskedBack' })
    world.bank.mood = 'well'
    await drainEvents()
    expect(world.bank.transactions.get(order.number)!.statusName).toBe(word)
    expect(await world.state(order)).toMatchObject({ order: 'RELEASED', payment: 'CANCELLED' })
    expect(await world.entries(unit)).toEqual([])
  }
  expect(await accountant.caller.statements.keptOrders()).toEqual([])
})

test('asked back and refused by the bank: it is on the list again with what the bank said, and a person chooses anew; a bank that only promises, after three days', async () => {
  const { statements } = accountant.caller
  const kept = async (order: Order) => (await statements.keptOrders()).find(each => each.paymentId === order.paymentId)
  const { order, unit } = await world.apart({ amount: 18420.51 })
  world.bank.refusal = { status: 400, body: { code: 492, message: 'Refund window is over' } }
  await statements.reverseOrder({ ...world.keyOf(order), note: 'по заявлению 18' })
  await drainEvents()
  expect(await kept(order)).toMatchObject({ difference: 'AMOUNT', refundAsked: false, refusal: '492 Refund window is over', acts: { place: null, giveBack: null, close: 'statements.orderHasMoney' } })
  // Silence takes no reason away.
  world.bank.mood = 'silent'
  await db.sql('update halyk_orders set next_ask_at = app.now() where payment_id = $1', [order.paymentId])
  await runJob('payments.askHalyk')
  expect(await kept(order)).toMatchObject({ difference: 'AMOUNT', acts: { place: null } })
  world.bank.mood = 'well'
  // Taken, and not done.
  world.bank.refusal = { status: 200, body: { code: 0 } }
  await statements.reverseOrder({ ...world.keyOf(order), note: 'ещё раз' })
  await drainEvents()
  expect(await kept(order)).toMatchObject({ refundAsked: true, refusal: null })
  await db.sql(`update halyk_orders set refund_asked_at = refund_asked_at - interval '73 hours', next_ask_at = app.now() where payment_id = $1`, [order.paymentId])
  await runJob('payments.askHalyk')
  expect(await kept(order)).toMatchObject({ refundAsked: false, refusal: '', difference: 'AMOUNT' })
  world.bank.refusal = null
  await statements.assignOrder({ ...world.keyOf(order), number: unit.accountNumber })
  expect(await world.entries(unit)).toEqual([{ kind: 'PAYMENT', amount: '-1842051' }])
  expect(await kept(order)).toBeUndefined()
})

test('a payment that the bank refuses to give back comes to the list too: asked once more, or left as it is with words', async () => {
  const { statements, payments } = accountant.caller
  const unit = world.unit()
  const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
  world.bank.pay()
  await world.bank.tell(world.doors.origin, order.number)
  await drainEvents()
  await expect(statements.reverseOrder({ ...world.keyOf(order), note: 'не просили' })).rejects.toMatchObject({ message: 'statements.orderNotKept' })
  const refused = async () => {
    world.bank.refusal = { status: 403, body: { message: 'Not permitted' } }
    await payments.reverse({ ...world.keyOf(order), reason: 'Paid twice, request 17' })
    await drainEvents()
    expect((await statements.keptOrders()).map(each => [each.paymentId, each.state, each.refusal])).toEqual([[order.paymentId, 'PAID', 'Not permitted']])
  }
  await refused()
  await expect((await asClerk(db, world.house)).caller.statements.closeOrder({ ...world.keyOf(order), note: 'оставить' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await statements.closeOrder({ ...world.keyOf(order), note: 'вернём переводом' })
  expect(await statements.keptOrders()).toEqual([])
  expect(await world.state(order)).toMatchObject({ order: 'PAID', payment: 'PAID' })
  await refused()
  world.bank.refusal = null
  await statements.reverseOrder({ ...world.keyOf(order), note: 'ещё раз' })
  await drainEvents()
  expect(await world.state(order)).toMatchObject({ order: 'REFUNDED', payment: 'REFUNDED' })
  expect(await world.entries(unit)).toHaveLength(2)
  expect(await statements.keptOrders()).toEqual([])
})
