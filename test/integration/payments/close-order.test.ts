import { afterAll, beforeAll, expect, test } from 'vitest'
import { asAccountant, asClerk, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { HalykWorld } from '#test/support/fakes/halyk-world.ts'
import { runJob } from '#test/support/worker.ts'

let db: TestDatabase
let world: HalykWorld
let accountant: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  world = await HalykWorld.open(db, { flats: 8 })
  accountant = await asAccountant(db, world.house)
})
afterAll(() => world.close())

test('what the bank gave back itself, though the house had none of it left, is explained by a person; money that is still there is not explained away', async () => {
  const { order } = await world.apart({ amount: 18420.51 })
  await expect(accountant.caller.statements.closeOrder({ ...world.keyOf(order), note: 'забыть' })).rejects.toMatchObject({ message: 'statements.orderHasMoney' })
  const foreign = await world.apart({ invoiceID: '999999999' })
  await expect((await asClerk(db, world.house)).caller.statements.closeOrder({ ...world.keyOf(foreign.order), note: 'не наш' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(accountant.caller.statements.reverseOrder({ ...world.keyOf(foreign.order), note: 'не наш' })).rejects.toMatchObject({ message: 'statements.orderNoMoney' })
  await accountant.caller.statements.closeOrder({ ...world.keyOf(foreign.order), note: 'не наш: письмо банка 17' })
  expect(await world.state(foreign.order)).toMatchObject({ order: 'CLOSED', payment: 'CANCELLED' })
  expect(await db.sql(`select ground from audit_entries where action = 'payments.closeOrder'`)).toEqual([{ ground: 'не наш: письмо банка 17' }])
  expect((await accountant.caller.statements.keptOrders()).map(each => each.paymentId)).toEqual([order.paymentId])
  await runJob('payments.askHalyk')
  expect(await world.state(foreign.order)).toMatchObject({ order: 'CLOSED' })
})
