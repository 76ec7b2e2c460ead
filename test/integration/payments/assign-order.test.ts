import { afterAll, beforeAll, expect, test } from 'vitest'
import { asAccountant, asClerk, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { HalykWorld } from '#test/support/fakes/halyk-world.ts'
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

test('money of another sum at the bank is placed by a person, as the bank has it, once; it is given back like any other', async () => {
  const { order, unit } = await world.apart({ amount: 18420.51 })
  const { caller } = accountant
  expect((await caller.statements.keptOrders()).map(each => [each.paymentId, each.difference, each.bankAmount, each.acts])).toEqual([[order.paymentId, 'AMOUNT', 1_842_051n, { place: null, giveBack: null, close: 'statements.orderHasMoney' }]])
  await expect((await asClerk(db, world.house)).caller.statements.assignOrder({ ...world.keyOf(order), number: unit.accountNumber })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(caller.statements.assignOrder({ ...world.keyOf(order), number: (await makeHouse(db, { flats: 1 })).premises[0]!.accountNumber })).rejects.toMatchObject({ message: 'statements.numberUnknown' })
  const { paymentId } = await caller.statements.assignOrder({ ...world.keyOf(order), number: unit.accountNumber })
  await expect(caller.statements.assignOrder({ ...world.keyOf(order), number: unit.accountNumber })).rejects.toMatchObject({ message: 'statements.orderNotKept' })
  expect(await world.entries(unit)).toEqual([{ kind: 'PAYMENT', amount: '-1842051' }])
  expect(await world.state(order)).toMatchObject({ order: 'CLOSED', payment: 'CANCELLED' })
  expect(await caller.statements.keptOrders()).toEqual([])
  // The bank tells again and is asked again: nothing comes twice.
  await world.bank.tell(world.doors.origin, order.number)
  await drainEvents()
  await runJob('payments.askHalyk')
  expect(await world.entries(unit)).toHaveLength(1)
  await caller.payments.reverse({ ...world.keyOf(order), paymentId, reason: 'Paid by mistake, request 17' })
  await drainEvents()
  expect(world.bank.transactions.get(order.number)!.statusName).toBe('REFUND')
  expect(await world.entries(unit)).toEqual([{ kind: 'PAYMENT', amount: '-1842051' }, { kind: 'REVERSAL', amount: '1842051' }])
  expect(await db.sql('select * from app.verify_ledger($1)', [world.house.buildingId])).toEqual([])
})

test('refused: what the bank has in another currency or only holds on the card is placed nowhere', async () => {
  for (const { order, unit } of [await world.apart({ currency: 'USD' }), await world.apart({}, 'AUTH')]) {
    await expect(accountant.caller.statements.assignOrder({ ...world.keyOf(order), number: unit.accountNumber })).rejects.toMatchObject({ code: 'CONFLICT', message: 'statements.orderNoMoney' })
    expect(await world.entries(unit)).toEqual([])
  }
})
