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

const input = () => ({ buildingId: house.buildingId, premisesId: house.premises[0]?.premisesId ?? '', privilegeId: newId(), service: 'ELECTRICITY' as const, since: '2026-01-01', until: '2026-06-30' as string | null, ground: 'Удостоверение' })

test('is written by date; the same service twice at a time is refused by the database', async () => {
  const manager = await asManager(db, house)
  const made = input()
  await manager.caller.premises.registerPrivilege(made)
  expect((await manager.caller.premises.card(made)).privileges).toEqual([{ privilegeId: made.privilegeId, service: 'ELECTRICITY', since: '2026-01-01', until: '2026-06-30', ground: 'Удостоверение' }])
  await expect(manager.caller.premises.registerPrivilege({ ...input(), since: '2026-06-30', until: null })).rejects.toThrow('premises.privilegeOverlaps')
  await manager.caller.premises.registerPrivilege({ ...input(), since: '2026-07-01', until: null })
  expect(await db.sql(`select 1 from audit_entries where action = 'premises.registerPrivilege' and premises_id = $1`, [made.premisesId])).toHaveLength(2)
})

test('refuses crossed days, a clerk, and the manager of the twin house', async () => {
  await expect((await asManager(db, house)).caller.premises.registerPrivilege({ ...input(), until: '2025-09-30' })).rejects.toThrow('premises.datesCrossed')
  await expect((await asClerk(db, house)).caller.premises.registerPrivilege(input())).rejects.toThrow('premises.mayNotKeepRegister')
  await expect((await asManager(db, twin)).caller.premises.registerPrivilege(input())).rejects.toThrow('common.notFound')
})
