import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { reconcileBatch } from '#server/imports/reconcile-batch.ts'
import { openTransaction, strangerScope } from '#server/infra/context.ts'
import { findBatch } from '#server/imports/queries.ts'
import { newId } from '#server/kernel/ids.ts'
import { asManager } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { fileOf } from '#test/support/file.ts'
import { findingsOf, readBatch } from '#test/support/imports.ts'

let db: TestDatabase
let house: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
})

const dirty = join(import.meta.dirname, '../../fixtures/imports/dirty-premises.csv')

test('a dirty file gives exactly these findings with their rows and columns; good rows stay good; the register is untouched', async () => {
  const before = await db.sql('select premises_id from premises order by 1')
  const batch = await readBatch({ mapping: 'premises', path: dirty, person: await asManager(db, house), options: { buildingId: house.buildingId } })
  expect(batch).toMatchObject({ state: 'READ', rowsRead: 19, rowsNew: 7, rowsChanged: 0, rowsSame: 1, rowsRefused: 11 })
  expect(batch.options.ignored).toEqual(['Заметки'])
  const told = (await findingsOf(batch)).map(each => `${each.row} ${each.column || '-'} ${each.code.replace('imports.findings.', '')} ${each.severity}`)
  expect(told).toEqual([
    '4 Общая площадь areaLarge FLAGGED', '5 Общая площадь notAnArea REFUSED', '6 Этаж notANumber REFUSED', '7 Общая площадь notAnArea REFUSED', '8 Вид notAChoice REFUSED', '9 № квартиры empty REFUSED',
    '10 Электроплита notYesNo REFUSED', '12 - saidTwice FLAGGED', '13 - saidTwiceDifferently REFUSED', '14 - saidTwiceDifferently REFUSED', '15 Подъезд outOfLimits REFUSED', '16 Общая площадь notAnArea REFUSED',
    '17 Проживает manyPersons FLAGGED', '19 Комнаты dashIsEmpty FLAGGED', '20 - houseUnknown REFUSED',
  ])
  expect(await db.sql('select premises_id from premises order by 1')).toEqual(before)
})

test('a file without a needed column is refused whole, in words that name the column', async () => {
  const batch = await readBatch({ mapping: 'premises', path: fileOf('Квартира;Этаж\n1;2\n'), person: await asManager(db, house), options: { buildingId: house.buildingId } })
  expect(batch).toMatchObject({ state: 'FAILED', failure: 'imports.columnsMissing', rowsRead: 0 })
})

test('letters of an older program (windows-1251) are read and said to be so; broken quotes refuse their row alone', async () => {
  const person = await asManager(db, house)
  const cp1251 = Buffer.from([0xca, 0xe2, 0xe0, 0xf0, 0xf2, 0xe8, 0xf0, 0xe0, 0x3b, 0xcf, 0xeb, 0xee, 0xf9, 0xe0, 0xe4, 0xfc, 0x0a, 0x32, 0x30, 0x31, 0x3b, 0x35, 0x30, 0x0a])
  expect(await readBatch({ mapping: 'premises', path: fileOf(cp1251), person, options: { buildingId: house.buildingId } })).toMatchObject({ state: 'READ', rowsNew: 1, options: { encoding: 'windows-1251' } })
  // Closed too late, closed too early, opened in the middle of a word: the good rows are kept, the broken one is told with its place.
  for (const [broken, row, good] of [['Квартира;Площадь\n301;50\n302;"50\n303;60\n', 3, 2], ['Квартира;Площадь\n301;"6"0\n302;50\n', 2, 1], ['Квартира;Площадь\n301;50\n302;ТОО "Алма"\n', 3, 1]] as const) {
    const batch = await readBatch({ mapping: 'premises', path: fileOf(broken), person, options: { buildingId: house.buildingId } })
    expect(batch, broken).toMatchObject({ state: 'READ', rowsNew: good, rowsRefused: 1 })
    expect((await findingsOf(batch)).map(each => [each.row, each.code, each.severity]), broken).toContainEqual([row, 'imports.findings.brokenQuotes', 'REFUSED'])
  }
  // A file of another kind has no header to begin with.
  expect(await readBatch({ mapping: 'premises', path: fileOf('{ "type": "FeatureCollection" }\n'), person, options: { buildingId: house.buildingId } })).toMatchObject({ state: 'FAILED', failure: 'imports.brokenCsv', options: { failureParams: { row: 1 } } })
})

test('read again after an interruption, it says the same', async () => {
  const person = await asManager(db, house)
  const batch = await readBatch({ mapping: 'premises', path: dirty, person, options: { buildingId: house.buildingId } })
  await db.sql(`update import_batches set state = 'READING' where batch_id = $1`, [batch.batchId])
  const again = await reconcileBatch(strangerScope(), batch)
  expect(again).toMatchObject({ state: 'READ', rowsRead: 19, rowsNew: 7, rowsRefused: 11 })
  expect(await findingsOf(again)).toHaveLength(15)
})

test('refuses a batch that does not wait to be read, and one that is not there', async () => {
  const person = await asManager(db, house)
  const batch = await readBatch({ mapping: 'premises', path: dirty, person, options: { buildingId: house.buildingId } })
  await expect(reconcileBatch(strangerScope(), batch)).rejects.toThrow('common.conflict')
  await expect(reconcileBatch(strangerScope(), { batchId: newId() })).rejects.toThrow('imports.batchNotFound')
})

test('colleagues see the batch and its findings, the twin house nothing', async () => {
  const batch = await readBatch({ mapping: 'premises', path: dirty, person: await asManager(db, house), options: { buildingId: house.buildingId } })
  const colleague = await asManager(db, house)
  expect((await colleague.caller.imports.batch({ batchId: batch.batchId })).preview.length).toBeGreaterThan(5)
  const stranger = await asManager(db, await makeHouse(db))
  await expect(stranger.caller.imports.batch({ batchId: batch.batchId })).rejects.toThrow('imports.batchNotFound')
  await expect(stranger.caller.imports.findings({ batchId: batch.batchId })).rejects.toThrow('imports.batchNotFound')
  expect((await stranger.caller.imports.list({})).rows).toEqual([])
  await expect(openTransaction(stranger.request, ctx => findBatch(ctx, batch.batchId))).rejects.toThrow('imports.batchNotFound')
})
