import { beforeAll, expect, test } from 'vitest'
import { asClerk, asManager } from '#test/support/actors.ts'
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

async function waiting() {
  const manager = await asManager(db, house)
  return { manager, batch: await readBatch({ mapping: 'premises', path: fileOf('Квартира;Площадь\n301;50\n'), person: manager, options: { buildingId: house.buildingId } }) }
}

test('yes is said once and goes to the worker', async () => {
  const { manager, batch } = await waiting()
  await manager.caller.imports.accept({ batchId: batch.batchId })
  expect(await manager.caller.imports.state({ batchId: batch.batchId })).toMatchObject({ state: 'APPLYING', rowsToApply: 1 })
  expect(await db.sql(`select name from event_queue where payload ->> 'batchId' = $1 and name = 'imports.batchAccepted'`, [batch.batchId])).toHaveLength(1)
  await expect(manager.caller.imports.accept({ batchId: batch.batchId })).rejects.toThrow('imports.notWaiting')
})

test('refuses a clerk of the same house, for whom the batch is not there, and the manager of another', async () => {
  const { batch } = await waiting()
  await expect((await asClerk(db, house)).caller.imports.accept({ batchId: batch.batchId })).rejects.toThrow('imports.batchNotFound')
  await expect((await asManager(db, await makeHouse(db))).caller.imports.accept({ batchId: batch.batchId })).rejects.toThrow('imports.batchNotFound')
})
