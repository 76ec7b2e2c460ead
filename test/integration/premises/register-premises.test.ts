import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import type { RegisterPremisesInput } from '#server/premises/schema.ts'
import { asClerk, asManager, asStranger } from '#test/support/actors.ts'
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

function flat(change: Partial<RegisterPremisesInput> = {}): RegisterPremisesInput {
  return { buildingId: house.buildingId, premisesId: newId(), kind: 'APARTMENT', number: '77', entrance: 1, floor: 5, rooms: 2, areaM2: '62,1', livingAreaM2: null, cadastralNumber: null, electricStove: false, ...change }
}

test('a unit of each kind enters the register; number and area are normalised', async () => {
  const manager = await asManager(db, house)
  for (const [kind, number] of [['APARTMENT', 'кв. 78-a'], ['NON_RESIDENTIAL', 'Н1'], ['PARKING', 'П1'], ['STORAGE', 'К1']] as const) {
    await manager.caller.premises.register(flat({ kind, number }))
  }
  const listed = await manager.caller.premises.list({ buildingId: house.buildingId })
  expect(listed.filter(each => !/^\d+$/.test(each.number)).map(each => [each.kind, each.number, each.areaM2])).toEqual([
    ['APARTMENT', '78А', '62.1'], ['NON_RESIDENTIAL', 'Н1', '62.1'], ['PARKING', 'П1', '62.1'], ['STORAGE', 'К1', '62.1']])
})

test('refuses a number that is taken, an area that is none', async () => {
  const manager = await asManager(db, house)
  await expect(manager.caller.premises.register(flat({ number: '1' }))).rejects.toThrow('premises.numberTaken')
  await expect(manager.caller.premises.register(flat({ areaM2: '0' }))).rejects.toThrow('premises.areaUnreadable')
  await expect(manager.caller.premises.register(flat({ areaM2: '62,125' }))).rejects.toThrow('premises.areaUnreadable')
})

test('refuses a clerk; for the manager of the twin house there is no such house', async () => {
  await expect((await asClerk(db, house)).caller.premises.register(flat())).rejects.toThrow('premises.mayNotKeepRegister')
  const neighbour = await asManager(db, twin)
  await expect(neighbour.caller.premises.register(flat())).rejects.toThrow('common.notFound')
  expect(await neighbour.caller.premises.list({ buildingId: house.buildingId })).toEqual([])
  expect(await neighbour.caller.premises.findings({ buildingId: house.buildingId })).toEqual([])
  await expect(neighbour.caller.premises.card({ buildingId: house.buildingId, premisesId: house.premises[0]?.premisesId ?? '' })).rejects.toThrow('common.notFound')
  await expect(asStranger().caller.premises.register(flat())).rejects.toThrow('common.signInNeeded')
})
