import { afterAll, beforeAll, expect, test } from 'vitest'
import { asAccountant, asClerk, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { HalykWorld, type Order } from '#test/support/fakes/halyk-world.ts'
import { drainEvents, runJob } from '#test/support/worker.ts'

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

test('what the bank gave back itself, though the house had none of it left, is explained by a person; money that is still there is not explained away', async () => {
  const { order } = await apart({ amount: 18420.51 })
  await expect(accountant.caller.statements.closeOrder({ ...key(order), note: 'забыть' })).rejects.toMatchObject({ message: 'statements.orderHasMoney' })
  const foreign = await apart({ invoiceID: '999999999' })
  await expect((await asClerk(db, world.house)).caller.statements.closeOrder({ ...key(foreign.order), note: 'не наш' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(accountant.caller.statements.reverseOrder({ ...key(foreign.order), note: 'не наш' })).rejects.toMatchObject({ message: 'statements.orderNoMoney' })
  await accountant.caller.statements.closeOrder({ ...key(foreign.order), note: 'не наш: письмо банка 17' })
  expect(await world.state(foreign.order)).toMatchObject({ order: 'CLOSED', payment: 'CANCELLED' })
  expect(await db.sql(`select ground from audit_entries where action = 'payments.closeOrder'`)).toEqual([{ ground: 'не наш: письмо банка 17' }])
  expect((await accountant.caller.statements.keptOrders()).map(each => each.paymentId)).toEqual([order.paymentId])
  await runJob('payments.askHalyk')
  expect(await world.state(foreign.order)).toMatchObject({ order: 'CLOSED' })
})
