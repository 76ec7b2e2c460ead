import { beforeAll, describe, expect, test } from 'vitest'
import { passportColumns } from '#server/buildings/queries.ts'
import { annex } from '#server/buildings/rules.ts'
import { passportValues, type PassportField } from '#server/buildings/schema.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

// The annex of Order 172 as the domain paper lists it (kazakhstan.md 2): what is exchanged later is this and nothing else.
const fields = ['cadastralNumber', 'atoClassifierCode', 'addressRegistrationCode', 'intendedPurpose', 'stockCategory', 'condominiumRegistered', 'hasTechnicalPassport', 'balanceOwnership', 'elevatorCount',
  'hasElectricity', 'yearBuilt', 'lastOverhaulDate', 'totalPremises', 'storeyCount', 'apartmentCount', 'nonResidentialCount', 'heatingType', 'heatingScheme', 'gasSupplyType', 'hasGasPipeline', 'hotWaterType',
  'waterSupplyType', 'hasWaterPipe', 'sewerageType', 'hasSewer', 'commonMeterCount', 'buildingCondition', 'disposalReason', 'barrierFree']

let db: TestDatabase
let buildingId: string

beforeAll(async () => {
  db = await testDatabase()
  buildingId = (await makeHouse(db)).buildingId
})

const set = (column: string, value: unknown) => db.sql(`update buildings set ${column} = $2, disposal_reason = 'x', heating_type = case when $3 then 'central' else heating_type end where building_id = $1`, [buildingId, value, column === 'heating_scheme'])

test('the 29 fields stand in the order of the annex', () => {
  expect(annex.map(each => each.field)).toEqual(fields)
})

describe('the database takes the permitted values and no other', () => {
  test.each(Object.entries(passportValues))('%s', async (field, values) => {
    const column = passportColumns[field as PassportField]
    if (field !== 'heatingType') for (const value of values) await set(column, value)
    await expect(set(column, 'somethingElse')).rejects.toThrow()
  })

  test.each([['cadastral_number', 200], ['ato_classifier_code', 500], ['disposal_reason', 500]] as const)('%s holds at most %i characters', async (column, most) => {
    await db.sql(`update buildings set ${column} = $2 where building_id = $1`, [buildingId, 'ә'.repeat(most)])
    await expect(db.sql(`update buildings set ${column} = $2 where building_id = $1`, [buildingId, 'ә'.repeat(most + 1)])).rejects.toThrow()
  })

  test('the address code has 16 characters and keeps its zeros', async () => {
    await set('address_registration_code', '0000000091234567')
    expect(await db.sql('select address_registration_code as code from buildings where building_id = $1', [buildingId])).toEqual([{ code: '0000000091234567' }])
    await expect(set('address_registration_code', '000000009123456')).rejects.toThrow()
  })
})
