import { afterAll, beforeAll, expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { asOwner, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson
let payme: FakePayme
let doors: Awaited<ReturnType<typeof openDoors>>
const amount = 2_000_000n

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 2 })
  owner = await asOwner(db, house, house.premises[0]!)
  doors = await openDoors()
  payme = new FakePayme(doors.origin, (await makeMerchant(db, { short: true })).key)
  const unit = house.premises[0]!
  await serviceTransaction('billing', ctx => postToAccount(ctx, { buildingId: house.buildingId, accountId: unit.accountId, premisesId: unit.premisesId, period: '2026-10',
    transactionId: newId(), kind: 'CHARGE', valueDate: '2026-10-28', sourceType: 'test', sourceId: 'x', lines: [{ fund: 'UTILITIES', amount: 5_000_000n, contra: 'INCOME' }] }))
})
afterAll(async () => {
  await resetClock()
  await doors.close()
})

const number = () => house.premises[0]!.accountNumber
const screen = () => owner.caller.payments.screen({ number: number() })
const leave = () => owner.caller.payments.openIntent({ intentId: newId(), number: number(), amount, provider: 'payme' })

test('what a person says they paid is on its way, not a debt; what Payme accepted takes its place; then it is posted', async () => {
  const { intentId, buildingId } = await leave()
  expect((await screen()).due).toBe(5_000_000n)
  await owner.caller.payments.submitNotice({ buildingId, intentId })
  const told = await screen()
  expect(told.due).toBe(3_000_000n)
  expect(told.inFlight.items).toMatchObject([{ kind: 'TOLD', amount }])
  const again = await owner.caller.payments.submitNotice({ buildingId, intentId })
  expect(again.toldPaidAt.getTime()).toBe(told.inFlight.items[0]!.at.getTime())

  const id = FakePayme.newTransaction()
  await payme.create(id, number(), Number(amount))
  const accepted = await screen()
  expect(accepted.inFlight.items).toMatchObject([{ kind: 'ACCEPTED', amount }])
  expect(accepted.due).toBe(3_000_000n)
  expect((await owner.caller.payments.track({ number: number() })).moving).toBe(true)

  await payme.perform(id)
  const posted = await screen()
  expect(posted.inFlight.items).toEqual([])
  expect(posted.due).toBe(3_000_000n)
  expect(posted.payments[0]).toMatchObject({ state: 'PAID', paidAt: told.inFlight.items[0]!.at, acceptedAt: expect.any(Date) as Date, postedAt: expect.any(Date) as Date })
})

test('three days later the word alone counts no more', async () => {
  const { intentId, buildingId } = await leave()
  await owner.caller.payments.submitNotice({ buildingId, intentId })
  expect((await screen()).due).toBe(1_000_000n)
  await setNow(new Date(Date.now() + 73 * 3_600_000))
  expect((await screen()).due).toBe(3_000_000n)
  await resetClock()
})

test('nobody else\'s leaving: refused as not found', async () => {
  const { intentId, buildingId } = await leave()
  const twinHouse = await makeHouse(db, { country: 'UZ', flats: 1 })
  const twin = await asOwner(db, twinHouse, twinHouse.premises[0]!)
  const tenant = await asTenant(db, house, house.premises[0]!)
  for (const other of [twin, tenant]) {
    await expect(other.caller.payments.submitNotice({ buildingId, intentId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(other.caller.payments.withdrawIntent({ buildingId, intentId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
  await expect(owner.caller.payments.submitNotice({ buildingId, intentId: newId() })).rejects.toMatchObject({ message: 'payments.intentNotFound' })
})
