import { beforeAll, expect, test } from 'vitest'
import { asClerk, asManager, asOwner, asStranger } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 6 })
  twin = await makeHouse(db)
})

const ground = 'Технический паспорт № 12'

test('changes fields, keeps what was before and after with the ground, and tells the warnings that remain', async () => {
  const manager = await asManager(db, house)
  const first = await manager.caller.buildings.correct({ buildingId: house.buildingId, ground, passport: { yearBuilt: 1986, storeyCount: 2, elevatorCount: 1, heatingType: 'central', heatingScheme: 'open' } })
  expect(first.changed.sort()).toEqual(['elevatorCount', 'heatingScheme', 'heatingType', 'storeyCount', 'yearBuilt'])
  expect(first.warnings.map(each => each.code)).toContain('liftInLowHouse')
  await manager.caller.buildings.correct({ buildingId: house.buildingId, ground, passport: { storeyCount: 9 } })
  const audit = await db.sql<{ before: unknown; after: unknown; ground: string }>(`select before, after, ground from audit_entries where building_id = $1 and action = 'buildings.correctBuilding' order by at desc limit 1`, [house.buildingId])
  expect(audit).toEqual([{ before: { storeyCount: 2 }, after: { storeyCount: 9 }, ground }])
})

test('a correction that changes nothing leaves no trace', async () => {
  const manager = await asManager(db, house)
  await manager.caller.buildings.correct({ buildingId: house.buildingId, ground, passport: { hasSewer: true } })
  const count = async () => (await db.sql<{ n: number }>(`select count(*)::int as n from audit_entries where building_id = $1`, [house.buildingId]))[0]?.n
  const before = await count()
  expect((await manager.caller.buildings.correct({ buildingId: house.buildingId, ground, passport: { hasSewer: true } })).changed).toEqual([])
  expect(await count()).toBe(before)
})

test('a field can be emptied again: null is not given, absence is untouched', async () => {
  const manager = await asManager(db, house)
  await manager.caller.buildings.correct({ buildingId: house.buildingId, ground, passport: { cadastralNumber: '20:311:045:120', barrierFree: true } })
  await manager.caller.buildings.correct({ buildingId: house.buildingId, ground, passport: { cadastralNumber: null } })
  expect((await manager.caller.buildings.passport({ buildingId: house.buildingId })).passport).toMatchObject({ cadastralNumber: null, barrierFree: true })
})

test('refuses what the annex forbids, in one sentence per rule', async () => {
  const manager = await asManager(db, house)
  await expect(manager.caller.buildings.correct({ buildingId: house.buildingId, ground, passport: { buildingCondition: 'declaredUnsafe' } })).rejects.toThrow('buildings.reasonMissing')
  await expect(manager.caller.buildings.correct({ buildingId: house.buildingId, ground, passport: { lastOverhaulDate: '2099-01-01' } })).rejects.toThrow('buildings.overhaulInFuture')
  await expect(manager.caller.buildings.correct({ buildingId: house.buildingId, ground: '', passport: { hasSewer: false } })).rejects.toThrow()
})

test('the database holds the same rules when the code is passed by', async () => {
  await expect(db.sql(`update buildings set heating_type = 'none', heating_scheme = 'open' where building_id = $1`, [house.buildingId])).rejects.toThrow('heating_scheme_iff_central')
  await expect(db.sql(`update buildings set building_condition = 'notOperating', disposal_reason = null where building_id = $1`, [house.buildingId])).rejects.toThrow('disposal_reason_when_out')
  await expect(db.sql(`update buildings set address_registration_code = '123' where building_id = $1`, [house.buildingId])).rejects.toThrow('check')
})

test('refuses a clerk and an owner, who may only read; for the twin house and strangers there is nothing', async () => {
  const input = { buildingId: house.buildingId, ground, passport: { hasSewer: false } }
  await expect((await asClerk(db, house)).caller.buildings.correct(input)).rejects.toThrow('buildings.mayNotCorrect')
  await expect((await asOwner(db, house, house.premises[0] ?? { premisesId: '' })).caller.buildings.correct(input)).rejects.toThrow('common.signInNeeded')
  const neighbour = await asManager(db, twin)
  await expect(neighbour.caller.buildings.correct(input)).rejects.toThrow('common.notFound')
  await expect(neighbour.caller.buildings.passport(input)).rejects.toThrow('common.notFound')
  await expect(neighbour.caller.buildings.judge(input)).rejects.toThrow('common.notFound')
  expect((await neighbour.caller.buildings.list({ text: '' })).rows.map(row => row.buildingId)).toEqual([twin.buildingId])
  await expect(asStranger().caller.buildings.correct(input)).rejects.toThrow('common.signInNeeded')
})

test('the public page knows the house and its manager, no people', async () => {
  const seen = await asStranger().caller.buildings.publicHouse({ buildingId: house.buildingId })
  expect(seen).toMatchObject({ name: house.name, managements: [{ method: 'ASSOCIATION' }] })
  expect(JSON.stringify(seen)).not.toMatch(/Owner \d/)
})
