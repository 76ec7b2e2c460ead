import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asManager, type ActingPerson } from '#test/support/actors.ts'
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
const lines = [{ code: 'E-1', name: 'Ruberoid', unit: 'm2', quantity: '312.5', unitPrice: 8_500_000n }, { code: 'E-2', name: 'Ish haqi', unit: 'kishi-soat', quantity: '160', unitPrice: 4_000_000n }]
async function opened(): Promise<{ buildingId: string; programmeId: string }> {
  const key = { buildingId: house.buildingId, programmeId: newId() }
  await manager.caller.repairs.openProgramme({ ...key, kind: 'CAPITAL', title: 'Tom', year: 2026 })
  return key
}

test('versions stand beside each other; nobody owes anything yet', async () => {
  const key = await opened()
  expect(await manager.caller.repairs.registerEstimate({ ...key, vatPercent: '12', lines })).toEqual({ version: 1, total: 3_691_800_000n })
  expect(await manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines })).toEqual({ version: 2, total: 3_296_250_000n })
  expect((await db.sql<{ total: string }>('select total::text from repair_estimates where programme_id = $1 order by version', [key.programmeId])).map(row => row.total)).toEqual(['3691800000', '3296250000'])
  expect(await db.sql('select from repair_obligations where programme_id = $1', [key.programmeId])).toEqual([])
})

test('refused: an empty estimate, a line of nothing, a wrong number, other hands', async () => {
  const key = await opened()
  await expect(manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [] })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ ...lines[0]!, quantity: '1,5' }] })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ ...lines[0]!, quantity: '0.0001', unitPrice: 1n }] })).rejects.toMatchObject({ message: 'repairs.emptyLine' })
  await expect((await asClerk(db, house)).caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
