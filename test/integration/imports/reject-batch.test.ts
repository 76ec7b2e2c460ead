import { beforeAll, expect, test } from 'vitest'
import { asManager } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { fileOf } from '#test/support/file.ts'
import { readBatch } from '#test/support/imports.ts'

let db: TestDatabase
let house: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
})

test('no leaves the register as it is; the batch stays in the list', async () => {
  const manager = await asManager(db, house)
  const batch = await readBatch({ mapping: 'premises', path: fileOf('Квартира;Площадь\n401;50\n'), person: manager, options: { buildingId: house.buildingId } })
  await manager.caller.imports.reject({ batchId: batch.batchId })
  expect(await db.sql(`select from premises where number = '401'`)).toEqual([])
  expect(await db.sql('select from import_rows where batch_id = $1', [batch.batchId])).toEqual([])
  expect((await manager.caller.imports.list({})).rows[0]).toMatchObject({ batchId: batch.batchId, state: 'DISCARDED' })
  await expect(manager.caller.imports.accept({ batchId: batch.batchId })).rejects.toThrow('imports.notWaiting')
  await expect(manager.caller.imports.reject({ batchId: batch.batchId })).rejects.toThrow('imports.notWaiting')
})

test('refuses the manager of another house: for them there is no such batch', async () => {
  const batch = await readBatch({ mapping: 'premises', path: fileOf('Квартира;Площадь\n402;50\n'), person: await asManager(db, house), options: { buildingId: house.buildingId } })
  await expect((await asManager(db, await makeHouse(db))).caller.imports.reject({ batchId: batch.batchId })).rejects.toThrow('imports.batchNotFound')
})
