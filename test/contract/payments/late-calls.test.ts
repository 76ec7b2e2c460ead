import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { asAccountant } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { FakeKaspi } from '#test/support/fakes/kaspi.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { makeMerchant } from '#test/support/fakes/payme.ts'
import { faultsOf, keeperOf, paidOf, takeIn, type Keeper } from '#test/support/statement-steps.ts'

// A provider's own call that comes after its operation was posted from its registry.
let db: TestDatabase
let doors: Awaited<ReturnType<typeof openDoors>>
let house: TestHouse
let keeper: Keeper

beforeAll(async () => {
  db = await testDatabase()
  await db.shiftClock(Date.parse('2026-11-20T06:00:00Z') - Date.now())
  doors = await openDoors()
  await makeMerchant(db, { provider: 'kaspi', short: true })
})
beforeEach(async () => {
  house = await makeHouse(db, { flats: 6 })
  keeper = await keeperOf(await asAccountant(db, house), house)
})
afterAll(async () => {
  await doors.close()
  const { pool } = await import('#server/infra/db.ts')
  await pool().end()
})

const number = (flat: number) => house.premises[flat]!.accountNumber

/** The line of an operation that we did not hear of, given to a flat by a person. */
async function assignFrom(source: 'kaspi' | 'paynet', { flat, sum, operation }: { flat: number; sum: string; operation: string }): Promise<void> {
  const statement = await takeIn(keeper, { source, name: 'r.csv', text: `date;account;amount;id\n04.11.2026;${number(flat)};${sum};${operation}` })
  await keeper.person.caller.statements.assignLine({ buildingId: house.buildingId, statementId: statement.statementId, row: 2, number: number(flat) })
}

test('Kaspi: the payer\'s money is said to be taken, with our number, and is posted once; another account or sum is none of it', async () => {
  const kaspi = new FakeKaspi(doors.origin)
  const operation = FakeKaspi.newOperation()
  await assignFrom('kaspi', { flat: 2, sum: '500', operation })
  const [payment] = await db.sql<{ seq: string }>('select seq::text as seq from payment_transactions where building_id = $1', [house.buildingId])
  for (let i = 0; i < 2; i += 1) {
    const reply = await kaspi.pay(operation, number(2), '500.00', '20261104120000')
    expect(reply.body).toMatchObject({ txn_id: operation, prv_txn_id: payment?.seq, result: 0, sum: '500.00' })
  }
  expect((await kaspi.pay(operation, number(3), '500.00')).result).toBe(1)
  expect((await kaspi.pay(operation, number(2), '500.01')).result).toBe(5)
  expect(await paidOf(db, house)).toMatchObject([{ provider: 'kaspi', amount: '50000', state: 'PAID' }])
  expect(await faultsOf(db, house)).toEqual([])
})
