import { afterAll, beforeAll, expect, test } from 'vitest'
import { pullWords } from '#server/payments/reconciliation/words.ts'
import { asAccountant, asClerk, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { fakeClickApi } from '#test/support/fakes/click-api.ts'
import { FakeClick } from '#test/support/fakes/click.ts'
import { HalykWorld } from '#test/support/fakes/halyk-world.ts'
import { makeMerchant } from '#test/support/fakes/payme.ts'
import { drainEvents } from '#test/support/worker.ts'

// Providers that can be asked (payments.md 1.5, 3.5, 7.5): what they have against what we have.
let db: TestDatabase
let world: HalykWorld
let api: Awaited<ReturnType<typeof fakeClickApi>>
let house: TestHouse
let accountant: ActingPerson
let click: FakeClick
let day: string

beforeAll(async () => {
  db = await testDatabase()
  world = await HalykWorld.open(db, { flats: 3 })
  house = await makeHouse(db, { country: 'UZ', flats: 3 })
  accountant = await asAccountant(db, house)
  const merchant = await makeMerchant(db, { provider: 'click', short: true })
  api = await fakeClickApi(merchant.key)
  await db.sql('update payment_merchants set merchant_user_id = $2, api_page = $3 where merchant_id = $1', [merchant.merchantId, '7', api.base])
  click = new FakeClick(world.doors.origin, merchant)
  day = (await db.sql<{ day: string }>('select app.today()::text as day'))[0]!.day
})
afterAll(async () => {
  await api.stop()
  await world.close()
  const { pool } = await import('#server/infra/db.ts')
  await pool().end()
})

const found = async (who: ActingPerson, of: TestHouse) => {
  await who.caller.statements.reconcile({ buildingId: of.buildingId, day })
  const { differences, days } = await who.caller.statements.reconciliations({ buildingId: of.buildingId })
  return { differences: differences.map(each => [each.provider, each.class, each.theirState]), theirs: days.map(each => [each.provider, each.ourCount, each.theirCount]) }
}

test('Click and Halyk are asked of each payment of the days; who took money back or lost it is told, who is silent tells nothing', async () => {
  const paid: number[] = []
  for (const place of [0, 1, 2]) {
    const trans = FakeClick.newTransaction()
    await click.pay({ trans, account: house.premises[place]!.accountNumber, amount: '1000.00' })
    paid.push(Number(trans) + 7)
  }
  const unit = world.unit()
  const owner = await world.ownerOf(unit)
  const orders = [await world.go(owner, unit.accountNumber, 100_000n)]
  world.bank.pay()
  orders.push(await world.go(owner, unit.accountNumber, 200_000n))
  world.bank.pay()
  for (const order of orders) await world.bank.tell(world.doors.origin, order.number)
  await drainEvents()
  expect(await found(accountant, house), 'nobody was asked').toMatchObject({ differences: [], theirs: [['click', 3, null]] })

  await db.shiftClock(24 * 3_600_000)
  api.mood.status = 503
  world.bank.mood = 'silent'
  expect(await pullWords(5)).toBe(0)
  expect(await found(accountant, house)).toMatchObject({ differences: [], theirs: [['click', 3, null]] })
  api.mood.status = 200
  world.bank.mood = 'well'
  api.statuses.set(paid[0]!, 2).set(paid[1]!, -9).set(paid[2]!, 1)
  world.bank.transactions.delete(orders[1]!.number)
  expect(await pullWords(5), 'what is still in progress is no word').toBe(4)
  // Two of three have a word: one stands, one does not; of the third nothing is said yet.
  expect(await found(accountant, house)).toEqual({ differences: [['click', 'STATE_DIFF', 'REFUNDED']], theirs: [['click', 3, 1]] })
  const banker = await asAccountant(db, world.house)
  expect((await found(banker, world.house)).differences).toEqual([['halyk', 'MISSING_THERE', null]])

  api.statuses.set(paid[1]!, 2).set(paid[2]!, 2)
  expect(await pullWords(5)).toBe(3)
  expect(await pullWords(5), 'who agrees is not asked again; who has lost a payment is').toBe(1)
  expect(await found(accountant, house)).toMatchObject({ differences: [], theirs: [['click', 3, 3]] })
  await expect((await asClerk(db, house)).caller.statements.reconcile({ buildingId: house.buildingId, day })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
