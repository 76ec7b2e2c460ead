import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { titleFor } from '#server/repairs/rules.ts'
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

test('a line is read in the reader\'s language where its name is known in it, and otherwise as it was given', async () => {
  const key = await opened()
  await manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', titleLocale: 'uz', lines: [{ ...lines[0]!, names: { uz: 'Ruberoid', ru: 'Рубероид' } }, lines[1]!] })
  const [estimate] = (await manager.caller.repairs.programme(key)).estimates
  expect(estimate?.lines.map(({ title }) => [titleFor(title, 'ru'), titleFor(title, 'kk')])).toEqual([
    [{ text: 'Рубероид', lang: 'ru' }, { text: 'Ruberoid', lang: 'uz' }], [{ text: 'Ish haqi', lang: 'uz' }, { text: 'Ish haqi', lang: 'uz' }]])
})

test('refused: an empty estimate, a line of nothing, a wrong number, other hands', async () => {
  const key = await opened()
  await expect(manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [] })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ ...lines[0]!, quantity: '1,5' }] })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ ...lines[0]!, quantity: '0.0001', unitPrice: 1n }] })).rejects.toMatchObject({ message: 'repairs.emptyLine' })
  await expect((await asClerk(db, house)).caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
