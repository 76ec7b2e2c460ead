import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asManager } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
  twin = await makeHouse(db)
})

const input = () => ({ buildingId: house.buildingId, premisesId: house.premises[0]?.premisesId ?? '', absenceId: newId(), persons: 1, since: '2026-10-01', until: '2026-12-31' as string | null, ground: 'Справка с места учёбы' })

test('is written with its days and ground, and left in the trail', async () => {
  const manager = await asManager(db, house)
  const made = input()
  await manager.caller.premises.registerAbsence(made)
  const card = await manager.caller.premises.card(made)
  expect(card.absences).toEqual([{ absenceId: made.absenceId, persons: 1, since: '2026-10-01', until: '2026-12-31', ground: 'Справка с места учёбы' }])
  expect(await db.sql(`select ground from audit_entries where action = 'premises.registerAbsence' and premises_id = $1`, [made.premisesId])).toEqual([{ ground: 'Справка с места учёбы' }])
  await expect(manager.caller.premises.registerAbsence({ ...made, ground: `${made.ground}, 2` })).rejects.toThrow('premises.recordedAlready')
})

test('refuses crossed days, a clerk, and the manager of the twin house', async () => {
  await expect((await asManager(db, house)).caller.premises.registerAbsence({ ...input(), until: '2026-09-30' })).rejects.toThrow('premises.datesCrossed')
  await expect((await asClerk(db, house)).caller.premises.registerAbsence(input())).rejects.toThrow('premises.mayNotKeepRegister')
  await expect((await asManager(db, twin)).caller.premises.registerAbsence(input())).rejects.toThrow('common.notFound')
})
