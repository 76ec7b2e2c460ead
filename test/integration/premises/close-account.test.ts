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

const input = () => ({ buildingId: house.buildingId, accountId: house.premises[0]?.accountId ?? '', closedOn: '2026-11-01', ground: 'Объединение квартир' })

test('an account is closed once and never before it was opened', async () => {
  const manager = await asManager(db, house)
  await expect(manager.caller.premises.closeAccount({ ...input(), closedOn: '2019-12-31' })).rejects.toThrow('premises.closedBeforeOpened')
  await manager.caller.premises.closeAccount(input())
  await expect(manager.caller.premises.closeAccount(input())).rejects.toThrow('premises.accountClosedAlready')
  expect(await manager.caller.premises.findings({ buildingId: house.buildingId })).toMatchObject([{ code: 'DQ-06', number: '1' }])
})

test('refuses a clerk; for the manager of the twin house there is no such account', async () => {
  const other = { ...input(), accountId: house.premises[1]?.accountId ?? '' }
  await expect((await asClerk(db, house)).caller.premises.closeAccount(other)).rejects.toThrow('premises.mayNotKeepRegister')
  await expect((await asManager(db, twin)).caller.premises.closeAccount(other)).rejects.toThrow('common.notFound')
})
