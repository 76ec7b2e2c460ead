import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let accountant: ActingPerson
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  house = await makeHouse(db, { country: 'UZ', flats: 1 })
  accountant = await asAccountant(db, house)
})
afterAll(resetClock)
const input = () => ({ buildingId: house.buildingId, programmeId: newId(), kind: 'CURRENT' as const, title: 'Yoʻlakni taʼmirlash', year: 2026 })

test('another share comes from two people on an act: of programmes that begin from its day on, and of no other', async () => {
  await db.sql(`insert into legal_acts (act_id, country, kind, number, issued_on, title_ru, source) values ('share', 'UZ', 'RESOLUTION', '7', '2026-11-01', 'Test', 'test')`)
  const authority = await asPerson(db, { role: 'INSPECTOR', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' })
  const draft = (value: string) => accountant.caller.billing.draftIndex({ indexId: newId(), country: 'UZ', code: 'REPAIR_OWNERS_PERCENT', from: '2027-01-01', value, actId: 'share', newAct: null, source: 'lex.uz' })
  await expect(draft('101')).rejects.toThrow('indexes.figureUnreadable')
  const { indexId } = await draft('25,5')
  await expect(accountant.caller.billing.decideIndex({ indexId, decision: 'PUBLISH', reason: null })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'indexes.publisherOnly' })
  await authority.caller.billing.decideIndex({ indexId, decision: 'PUBLISH', reason: null })
  const before = input()
  expect(await accountant.caller.repairs.openProgramme(before)).toMatchObject({ ownersPercent: '30' })
  await setNow('2027-01-01T05:00:00Z')
  accountant = await asAccountant(db, house)
  expect(await accountant.caller.repairs.openProgramme(input())).toMatchObject({ ownersPercent: '25.5' })
  expect((await accountant.caller.repairs.keptHouses()).map(each => each.ownersPercent)).toEqual(['25.5'])
  expect((await accountant.caller.repairs.programme(before)).ownersPercent, 'one that has begun keeps its own').toBe('30')
})
