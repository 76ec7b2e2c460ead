import { beforeAll, expect, test } from 'vitest'
import { asManager, asOwner } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-24T09:00:00Z')
  house = await makeHouse(db)
  twin = await makeHouse(db)
})

const at = (of: TestHouse) => ({ buildingId: of.buildingId, premisesId: of.premises[0]?.premisesId ?? '' })

test('whoever opens a home in the register is seen by its people, once for one look, and by nobody else', async () => {
  const [manager, owner, neighbour] = [await asManager(db, house), await asOwner(db, house, house.premises[0]!), await asOwner(db, house, house.premises[1]!)]
  expect(await manager.caller.premises.card(at(house))).toMatchObject({ history: [{ share: '1' }] })
  await manager.caller.premises.card(at(house))
  expect(await owner.caller.desk.viewsOfMyHomes()).toMatchObject([{ reason: 'REGISTER', organisation: house.name, callerName: '' }])
  await setNow('2026-11-24T09:11:00Z')
  await manager.caller.premises.card(at(house))
  expect(await owner.caller.desk.viewsOfMyHomes()).toHaveLength(2)
  expect(await neighbour.caller.desk.viewsOfMyHomes()).toEqual([])
})

test('refuses the manager of the twin house and a resident, and leaves no row', async () => {
  await expect((await asManager(db, twin)).caller.premises.card(at(house))).rejects.toThrow('common.notFound')
  await expect((await asOwner(db, twin, twin.premises[0]!)).caller.premises.card(at(twin))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  expect(await db.sql(`select 1 from audit_entries where action = 'premises.cardOpened' and building_id = $1`, [twin.buildingId])).toEqual([])
})
