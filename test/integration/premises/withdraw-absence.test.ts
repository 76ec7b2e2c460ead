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

const at = () => ({ buildingId: house.buildingId, premisesId: house.premises[0]?.premisesId ?? '' })
const record = async () => (await (await asManager(db, house)).caller.premises.registerAbsence({ ...at(), absenceId: newId(), persons: 1, since: '2026-10-01', until: null, ground: 'Заявление' })).absenceId

test('counts no more, and stays in the table with the reason', async () => {
  const manager = await asManager(db, house)
  const absenceId = await record()
  await manager.caller.premises.withdrawAbsence({ ...at(), absenceId, reason: 'Другая квартира' })
  expect((await manager.caller.premises.card(at())).absences).toEqual([])
  expect(await db.sql('select withdrawn_reason from person_absences where absence_id = $1', [absenceId])).toEqual([{ withdrawn_reason: 'Другая квартира' }])
  await expect(manager.caller.premises.withdrawAbsence({ ...at(), absenceId, reason: 'Ещё раз' })).rejects.toThrow('premises.noSuchRecord')
})

test('refuses a clerk and the manager of the twin house', async () => {
  const absenceId = await record()
  await expect((await asClerk(db, house)).caller.premises.withdrawAbsence({ ...at(), absenceId, reason: 'Нет' + '!' })).rejects.toThrow('premises.mayNotKeepRegister')
  await expect((await asManager(db, twin)).caller.premises.withdrawAbsence({ ...at(), absenceId, reason: 'Нет' + '!' })).rejects.toThrow('common.notFound')
})
