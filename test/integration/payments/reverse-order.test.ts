import { afterAll, beforeAll, expect, test } from 'vitest'
import { asAccountant, asClerk, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { HalykWorld, type Order } from '#test/support/fakes/halyk-world.ts'
import { drainEvents } from '#test/support/worker.ts'

let db: TestDatabase
let world: HalykWorld
let accountant: ActingPerson
const amount = 1_842_050n

beforeAll(async () => {
  db = await testDatabase()
  world = await HalykWorld.open(db, { flats: 8 })
  accountant = await asAccountant(db, world.house)
})
afterAll(async () => {
  await world.close()
  const { pool } = await import('#server/infra/db.ts')
  await pool().end()
})

/** An order that the bank's word does not fit. */
async function apart(wrong: Record<string, unknown>, statusName = 'CHARGE'): Promise<{ order: Order; unit: ReturnType<HalykWorld['unit']> }> {
  const unit = world.unit()
  const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
  world.bank.pay(statusName, wrong)
  await db.sql(`update halyk_orders set ends_at = app.now() - interval '1 minute' where payment_id = $1 and $2`, [order.paymentId, statusName === 'AUTH'])
  await world.bank.tell(world.doors.origin, order.number)
  await drainEvents()
  expect(await world.state(order)).toMatchObject({ order: 'QUARANTINED' })
  return { order, unit }
}
const key = (order: Order) => ({ buildingId: world.house.buildingId, paymentId: order.paymentId })

test('a person has the bank give the money back: charged is refunded, held is let go, and the order lets go by the bank\'s word', async () => {
  for (const [made, word] of [[await apart({ amount: 18420.51 }), 'REFUND'], [await apart({}, 'AUTH'), 'CANCEL']] as const) {
    const { order, unit } = made
    await expect((await asClerk(db, world.house)).caller.statements.reverseOrder({ ...key(order), note: 'по заявлению' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    world.bank.mood = 'silent'
    await accountant.caller.statements.reverseOrder({ ...key(order), note: 'по заявлению 17' })
    expect((await accountant.caller.statements.keptOrders())[0]).toMatchObject({ refundAsked: true, acts: { place: 'statements.orderAskedBack' } })
    await expect(accountant.caller.statements.reverseOrder({ ...key(order), note: 'ещё раз' })).rejects.toMatchObject({ message: 'statements.orderAskedBack' })
    world.bank.mood = 'well'
    await drainEvents()
    expect(world.bank.transactions.get(order.number)!.statusName).toBe(word)
    expect(await world.state(order)).toMatchObject({ order: 'RELEASED', payment: 'CANCELLED' })
    expect(await world.entries(unit)).toEqual([])
  }
  expect(await accountant.caller.statements.keptOrders()).toEqual([])
})
