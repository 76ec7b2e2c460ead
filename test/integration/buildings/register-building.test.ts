import { beforeAll, expect, test } from 'vitest'
import { seedReference } from '#prisma/seed/reference/seed.ts'
import type { RegisterBuildingInput } from '#server/buildings/schema.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asClerk, asManager, asPerson, asStranger } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  await seedReference()
  house = await makeHouse(db)
})

function newHouse(change: Partial<RegisterBuildingInput> = {}): RegisterBuildingInput {
  const buildingId = newId()
  return { buildingId, country: 'KZ', territoryCode: '751410000', name: `Тест ${buildingId.slice(-6)}`, addressUz: '', addressKk: `Тест көшесі, ${buildingId.slice(-6)}`, addressRu: `ул. Тестовая, ${buildingId.slice(-6)}`,
    passport: { addressRegistrationCode: '0201300091234567', storeyCount: 9, yearBuilt: 1986 }, ...change }
}

test('a manager registers a house for their organisation, sees it at once, and the trail names them', async () => {
  const manager = await asManager(db, house)
  const input = newHouse()
  await manager.caller.buildings.register(input)
  const passport = await manager.caller.buildings.passport({ buildingId: input.buildingId })
  expect(passport).toMatchObject({ name: input.name, mayCorrect: true, passport: { addressRegistrationCode: '0201300091234567', storeyCount: 9, heatingType: null, neverOverhauled: false } })
  const audit = await db.sql<{ person_id: string; after: { organisationId: string } }>(`select person_id, after from audit_entries where building_id = $1`, [input.buildingId])
  expect(audit).toHaveLength(1)
  expect(audit[0]).toMatchObject({ person_id: manager.personId, after: { organisationId: house.organisationId } })
  const events = await db.sql(`select name from event_queue where building_id = $1`, [input.buildingId])
  expect(events).toEqual([{ name: 'buildings.registered' }])
})

test('an administrator of the country registers for any organisation of that country, and for no other country', async () => {
  const admin = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
  const input = newHouse({ organisationId: house.organisationId })
  await admin.caller.buildings.register(input)
  const manager = await asManager(db, house)
  expect((await manager.caller.buildings.passport({ buildingId: input.buildingId })).name).toBe(input.name)
  await expect(admin.caller.buildings.register(newHouse({ country: 'UZ', territoryCode: '1726294' }))).rejects.toThrow('buildings.mayNotRegister')
  await expect(admin.caller.buildings.register(newHouse({ organisationId: newId() }))).rejects.toThrow('buildings.organisationUnknown')
})

test('refuses the same address twice, an unknown territory, an impossible field, the same id', async () => {
  const manager = await asManager(db, house)
  const first = newHouse()
  await manager.caller.buildings.register(first)
  await expect(manager.caller.buildings.register({ ...first, buildingId: newId() })).rejects.toThrow('buildings.sameAddress')
  await expect(manager.caller.buildings.register(newHouse({ buildingId: first.buildingId }))).rejects.toThrow('buildings.idTaken')
  await expect(manager.caller.buildings.register(newHouse({ territoryCode: '999999999' }))).rejects.toThrow('buildings.territoryUnknown')
  await expect(manager.caller.buildings.register(newHouse({ passport: { heatingType: 'central' } }))).rejects.toThrow('buildings.schemeMissing')
  await expect(manager.caller.buildings.register(newHouse({ passport: { addressRegistrationCode: '201300091234567' } }))).rejects.toThrow('buildings.addressCodeLength')
})

test('refuses a clerk, an accountant and a stranger; nothing is written', async () => {
  const input = newHouse()
  await expect((await asClerk(db, house)).caller.buildings.register(input)).rejects.toThrow('buildings.mayNotRegister')
  await expect((await asAccountant(db, house)).caller.buildings.register(input)).rejects.toThrow('buildings.mayNotRegister')
  await expect(asStranger().caller.buildings.register(input)).rejects.toThrow('common.signInNeeded')
  expect(await db.sql('select from buildings where building_id = $1', [input.buildingId])).toEqual([])
})
