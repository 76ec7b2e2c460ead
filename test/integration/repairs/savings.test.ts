import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asOwner, type ActingPerson } from '#test/support/actors.ts'
import { arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson
beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  house = await makeHouse(db, { country: 'KZ', flats: 1 })
  owner = await asOwner(db, house, house.premises[0]!)
})
const share = async () => (await owner.caller.repairs.fund({ buildingId: house.buildingId })).savings!.shares[0]!
const monthly = (perM2: number) => BigInt(Math.round(Number(house.premises[0]!.areaM2) * perM2 * 100))

test('the fund screen goes by what the bills go by: the law\'s least, the house\'s part of the index, the meeting\'s own sum', async () => {
  expect(await share()).toMatchObject({ multiple: '0.005', perM2: '21.625', monthly: monthly(21.625) })
  await arrangeServices(db, house)
  await db.sql(`update contribution_rates set index_multiple = 0.01 where building_id = $1 and fund = 'SAVINGS'`, [house.buildingId])
  expect(await share()).toMatchObject({ multiple: '0.01', perM2: '43.25', monthly: monthly(43.25) })
  await db.sql(`update contribution_rates set valid_to = '2025-12-31' where building_id = $1 and fund = 'SAVINGS'`, [house.buildingId])
  await db.sql(`insert into contribution_rates (building_id, rate_id, fund, premises_kind, per_m2, basis, valid_from) values ($1, $2, 'SAVINGS', 'APARTMENT', 50, 'protocol 3', '2026-01-01')`, [house.buildingId, newId()])
  expect(await share()).toMatchObject({ multiple: null, perM2: '50', monthly: monthly(50) })
})
