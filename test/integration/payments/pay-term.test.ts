import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, type LocalDate } from '#server/kernel/period.ts'
import { lateOf } from '#server/payments/dues/rules.ts'
import { asAccountant, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson
let today: LocalDate
function at(day: LocalDate) {
  today = day
  return setNow(`${day}T05:10:00Z`)
}
async function bill(period: string): Promise<LocalDate> {
  return (await (await asAccountant(db, house)).caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true })).dueOn
}

beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  await at('2026-10-01')
  house = await makeHouse(db, { country: 'UZ', flats: 1, areas: ['60.00'] })
  await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }])
  owner = await asOwner(db, house, house.premises[0]!)
})
afterAll(resetClock)

/** What of the sum is late on that day, by the bills that the screen was given. */
async function late() {
  const { due, bills } = await owner.caller.payments.screen({ number: house.premises[0]!.accountNumber })
  return { due, days: bills.map(each => each.dueOn), ...lateOf(due, bills, today) }
}

test('the pay screen knows the day of each bill, oldest first: late once the day has passed, and of an older bill while the latest is not due', async () => {
  expect(await late(), 'nothing is owed').toEqual({ due: 0n, days: [], amount: 0n, since: null })
  const first = await bill('2026-09')
  await at(first)
  const { due } = await late()
  expect(await late(), 'the day itself is in time').toEqual({ due, days: [first], amount: 0n, since: null })
  await at(addDays(first, 1))
  expect(await late()).toEqual({ due, days: [first], amount: due, since: first })
  await at('2026-11-01')
  const second = await bill('2026-10')
  expect(await late()).toMatchObject({ days: [first, second], amount: due, since: first })
})
