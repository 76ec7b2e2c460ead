import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asClerk, asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let accountant: ActingPerson
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 1 })
  twin = await makeHouse(db, { country: 'UZ', flats: 1 })
  accountant = await asAccountant(db, house)
})
const input = (of: TestHouse = house) => ({ buildingId: of.buildingId, programmeId: newId(), kind: 'CURRENT' as const, title: 'Yoʻlakni taʼmirlash', year: 2026 })

test('the owners\' part is the law\'s of the day, with its source', async () => {
  const wanted = input()
  expect(await accountant.caller.repairs.openProgramme(wanted)).toEqual({ programmeId: wanted.programmeId, ownersPercent: '30' })
  expect((await db.sql('select state, currency, share_source from repair_programmes where programme_id = $1', [wanted.programmeId]))[0]).toMatchObject({ state: 'DRAFT', currency: 'UZS', share_source: 'PQ-5152' })
  await expect(accountant.caller.repairs.openProgramme({ ...wanted, title: 'Boshqa ish' })).rejects.toMatchObject({ code: 'CONFLICT', message: 'repairs.programmeExists' })
})

test('has its name in the languages in which it was given, and keeps them to one id', async () => {
  const wanted = { ...input(), titleLocale: 'uz' as const, titles: { ru: 'Ремонт подъезда', uz: 'Boshqacha' } }
  await accountant.caller.repairs.openProgramme(wanted)
  await expect(accountant.caller.repairs.openProgramme({ ...wanted, titles: { ru: 'Ремонт лифта' } })).rejects.toMatchObject({ message: 'repairs.programmeExists' })
  await expect(accountant.caller.repairs.openProgramme({ ...input(), titles: { ru: 'Р' } })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  const row = (await accountant.caller.repairs.programmes()).find(each => each.programmeId === wanted.programmeId)
  expect(row?.title).toEqual({ text: 'Yoʻlakni taʼmirlash', locale: 'uz', others: { ru: 'Ремонт подъезда' } })
})

test('only whoever keeps the money of this very house', async () => {
  const clerk = await asClerk(db, house)
  await expect(clerk.caller.repairs.openProgramme(input())).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect(await clerk.caller.repairs.keptHouses()).toEqual([])
  expect(await accountant.caller.repairs.keptHouses()).toEqual([{ buildingId: house.buildingId, name: expect.any(String) as string, country: 'UZ', ownersPercent: '30' }])
  await expect((await asManager(db, twin)).caller.repairs.openProgramme(input())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect((await asOwner(db, house, house.premises[0]!)).caller.repairs.openProgramme(input())).rejects.toThrow()
})
