import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asAccountant, asClerk } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { drainEvents } from '#test/support/worker.ts'
import { amount, HalykWorld } from '#test/support/fakes/halyk-world.ts'

let db: TestDatabase
let world: HalykWorld

beforeAll(async () => {
  db = await testDatabase()
  world = await HalykWorld.open(db, { flats: 3 })
})
afterAll(() => world.close())

describe('P14 a refund', () => {
  test('is asked of the bank, and the ledger follows its word once', async () => {
    const unit = world.unit()
    const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
    world.bank.pay()
    await world.bank.tell(world.doors.origin, order.number)
    await drainEvents()
    const accountant = await asAccountant(db, world.house)
    const key = { buildingId: world.house.buildingId, paymentId: order.paymentId, reason: 'Paid twice, request 17' }
    world.bank.mood = 'silent'
    await accountant.caller.payments.reverse(key)
    expect(await world.state(order)).toMatchObject({ payment: 'PAID' })
    world.bank.mood = 'well'
    await drainEvents()
    expect(world.bank.asked).toContain(`POST /api/operation/bank-${order.number}/refund`)
    expect(await world.state(order)).toEqual({ order: 'REFUNDED', payment: 'REFUNDED', difference: null })
    expect(await world.entries(unit)).toEqual([{ kind: 'PAYMENT', amount: String(-amount) }, { kind: 'REVERSAL', amount: String(amount) }])
    await expect(accountant.caller.payments.reverse(key)).rejects.toMatchObject({ message: 'payments.notPaid' })
    await expect((await asClerk(db, world.house)).caller.payments.reverse(key)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(world.bank.asked.filter(each => each.endsWith(`bank-${order.number}/refund`))).toHaveLength(1)
  })

  test('made at the bank itself is followed too', async () => {
    const unit = world.unit()
    const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
    world.bank.pay()
    for (const statusName of ['CHARGE', 'REFUND', 'REFUND']) {
      world.bank.transactions.get(order.number)!.statusName = statusName
      await world.bank.tell(world.doors.origin, order.number)
      await drainEvents()
    }
    expect(await world.state(order)).toMatchObject({ order: 'REFUNDED', payment: 'REFUNDED' })
    expect(await world.entries(unit)).toHaveLength(2)
  })
})
