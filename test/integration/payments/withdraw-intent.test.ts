import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asOwner, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'KZ', flats: 1 })
  owner = await asOwner(db, house, house.premises[0]!)
  await makeMerchant(db, { provider: 'kaspi', short: true })
})

test('"I did not pay" takes the word back, once, and it stays in the trail', async () => {
  const number = house.premises[0]!.accountNumber
  const { intentId, buildingId, href } = await owner.caller.payments.openIntent({ intentId: newId(), number, amount: 100_000n, provider: 'kaspi' })
  expect(href, 'Kaspi is opened by the person').toBeNull()
  await owner.caller.payments.submitNotice({ buildingId, intentId })
  expect((await owner.caller.payments.screen({ number })).inFlight.amount).toBe(100_000n)
  for (let i = 0; i < 2; i += 1) await owner.caller.payments.withdrawIntent({ buildingId, intentId })
  expect((await owner.caller.payments.screen({ number })).inFlight.amount).toBe(0n)
  expect(await db.sql(`select from audit_entries where action = 'payments.withdrawIntent'`)).toHaveLength(1)
  await expect(owner.caller.payments.submitNotice({ buildingId, intentId })).rejects.toMatchObject({ message: 'payments.intentNotFound' })
})

test('what is not there is refused', async () => {
  await expect(owner.caller.payments.withdrawIntent({ buildingId: house.buildingId, intentId: newId() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
