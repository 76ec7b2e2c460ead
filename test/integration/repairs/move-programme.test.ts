import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asManager, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let manager: ActingPerson
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 1 })
  manager = await asManager(db, house)
})

test('works begin only after money is being collected; each step on its document', async () => {
  const key = { buildingId: house.buildingId, programmeId: newId() }
  const today = (await db.sql<{ day: string }>('select app.today()::text as day'))[0]!.day
  await manager.caller.repairs.openProgramme({ ...key, kind: 'CAPITAL', title: 'Tom', year: 2026 })
  await expect(manager.caller.repairs.moveProgramme({ ...key, event: 'startWork', ground: 'Shartnoma 5' })).rejects.toMatchObject({ code: 'CONFLICT' })
  await manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ code: '', name: 'Tom', unit: 'm2', quantity: '10', unitPrice: 1_000_000n }] })
  await manager.caller.repairs.approveEstimate({ ...key, version: 1, decisionNumber: '1', decisionOn: today, instalments: 1, firstDueOn: today })
  expect(await manager.caller.repairs.moveProgramme({ ...key, event: 'startWork', ground: 'Shartnoma 5' })).toEqual({ state: 'IN_WORK' })
  await expect(manager.caller.repairs.moveProgramme({ ...key, event: 'finishWork', ground: 'Dalolatnoma 9' }), 'no stage has its act').rejects.toMatchObject({ message: 'repairs.stagesOpen' })
  await expect(manager.caller.repairs.cancelProgramme({ ...key, ground: 'Fikr oʻzgardi' })).rejects.toMatchObject({ code: 'CONFLICT' })
  const audit = await db.sql<{ ground: string }>(`select ground from audit_entries where action = 'repairs.moveProgramme' and subject_id = $1`, [key.programmeId])
  expect(audit).toEqual([{ ground: 'Shartnoma 5' }])
})
