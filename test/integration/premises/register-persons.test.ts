import { beforeAll, expect, test } from 'vitest'
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

const input = () => ({ buildingId: house.buildingId, premisesId: house.premises[0]?.premisesId ?? '', since: '2026-10-01', persons: 4, source: 'Адресная справка' })

test('the number of people changes from a day on; the days before keep theirs', async () => {
  const manager = await asManager(db, house)
  await manager.caller.premises.registerPersons(input())
  await manager.caller.premises.registerPersons({ ...input(), persons: 5 })
  const card = await manager.caller.premises.card(input())
  expect(card.persons.map(each => [each.since, each.persons])).toEqual([['2026-10-01', 5], ['2020-01-01', 2]])
})

test('refuses a clerk, the manager of the twin house, and a hundred people', async () => {
  await expect((await asClerk(db, house)).caller.premises.registerPersons(input())).rejects.toThrow('premises.mayNotKeepRegister')
  await expect((await asManager(db, twin)).caller.premises.registerPersons(input())).rejects.toThrow('common.notFound')
  await expect((await asManager(db, house)).caller.premises.registerPersons({ ...input(), persons: 100 })).rejects.toThrow()
})
