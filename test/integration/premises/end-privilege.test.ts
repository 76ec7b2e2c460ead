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

test('ends, and only earlier; a clerk and the twin house are refused', async () => {
  const manager = await asManager(db, house)
  const { privilegeId } = await manager.caller.premises.registerPrivilege({ ...at(), privilegeId: newId(), service: 'GAS', since: '2026-01-01', until: null, ground: 'Удостоверение' })
  const end = (lastDay: string) => ({ ...at(), privilegeId, lastDay, ground: 'Срок вышел' })
  await expect((await asClerk(db, house)).caller.premises.endPrivilege(end('2026-10-31'))).rejects.toThrow('premises.mayNotKeepRegister')
  await expect((await asManager(db, twin)).caller.premises.endPrivilege(end('2026-10-31'))).rejects.toThrow('common.notFound')
  await manager.caller.premises.endPrivilege(end('2026-10-31'))
  expect((await manager.caller.premises.card(at())).privileges[0]?.until).toBe('2026-10-31')
  for (const lastDay of ['2026-11-30', '2025-12-31']) await expect(manager.caller.premises.endPrivilege(end(lastDay))).rejects.toThrow('premises.noSuchRecord')
  expect(await db.sql(`select ground from audit_entries where action = 'premises.endPrivilege'`)).toEqual([{ ground: 'Срок вышел' }])
})
