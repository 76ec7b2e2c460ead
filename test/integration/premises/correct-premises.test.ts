import { beforeAll, expect, test } from 'vitest'
import { asClerk, asManager } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { areas: ['62.10', '45.30'] })
  twin = await makeHouse(db)
})

const at = () => ({ buildingId: house.buildingId, premisesId: house.premises[0]?.premisesId ?? '', ground: 'Техпаспорт, обмер' })

test('a change of area keeps what was before, after and its ground', async () => {
  const manager = await asManager(db, house)
  expect(await manager.caller.premises.correct({ ...at(), areaM2: '62,40', floor: 3 })).toEqual({ changed: ['floor', 'areaM2'] })
  const audit = await db.sql(`select before, after, ground from audit_entries where building_id = $1 and action = 'premises.correctPremises'`, [house.buildingId])
  expect(audit).toEqual([{ before: { floor: 1, areaM2: '62.1' }, after: { floor: 3, areaM2: '62.4' }, ground: 'Техпаспорт, обмер' }])
  expect(await manager.caller.premises.correct({ ...at(), areaM2: '62.4' })).toEqual({ changed: [] })
})

test('refuses the number of a neighbour, a wrong area, a clerk, and the manager of the twin house', async () => {
  const manager = await asManager(db, house)
  await expect(manager.caller.premises.correct({ ...at(), number: '2' })).rejects.toThrow('premises.numberTaken')
  await expect(manager.caller.premises.correct({ ...at(), areaM2: 'много' })).rejects.toThrow('premises.areaUnreadable')
  await expect((await asClerk(db, house)).caller.premises.correct({ ...at(), floor: 4 })).rejects.toThrow('premises.mayNotKeepRegister')
  await expect((await asManager(db, twin)).caller.premises.correct({ ...at(), floor: 4 })).rejects.toThrow('common.notFound')
})
