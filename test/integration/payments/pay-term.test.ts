import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, type LocalDate } from '#server/kernel/period.ts'
import { asAccountant, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson
let due: LocalDate[]
const at = (day: LocalDate) => setNow(`${day}T05:10:00Z`)
const number = () => house.premises[0]!.accountNumber
const screen = () => owner.caller.payments.screen({ number: number() })
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

test('the pay screen says until when, and that the day has passed only once it has; of an older bill while the latest is not due', async () => {
  expect((await screen()).term, 'nothing is owed').toEqual({ dueOn: null, passed: false, late: 0n })
  due = [await bill('2026-09')]
  const first = (await screen()).due
  await at(due[0]!)
  expect((await screen()).term, 'the day itself is in time').toEqual({ dueOn: due[0], passed: false, late: 0n })
  await at(addDays(due[0]!, 1))
  expect((await screen()).term).toEqual({ dueOn: due[0], passed: true, late: first })
  await at('2026-11-01')
  due.push(await bill('2026-10'))
  expect((await screen()).term).toEqual({ dueOn: due[1], passed: false, late: first })
})
