import { beforeAll, expect, test } from 'vitest'
import { receivePath } from '#server/imports/files/receive.ts'
import { submitFile } from '#server/imports/submit-file.ts'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asManager, asOwner, asPerson, asStranger, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { fileOf } from '#test/support/file.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
  twin = await makeHouse(db)
})

type Person = { request: ActingPerson['request'] }
const csv = fileOf('Квартира;Площадь\n1;50\n')

async function submit(person: Person, mapping: string, options: Record<string, string> = {}, batchId = newId()) {
  const file = await receivePath(csv)
  return openTransaction(person.request, ctx => submitFile(ctx, { file, input: { batchId, mapping, fileName: 'flats.csv', options } }))
}

test('a manager brings a file for their house: it waits for the worker and the trail says who brought it', async () => {
  const manager = await asManager(db, house)
  const { batchId } = await submit(manager, 'premises', { buildingId: house.buildingId })
  expect(await db.sql('select state, organisation_id, created_by from import_batches where batch_id = $1', [batchId])).toEqual([{ state: 'RECEIVED', organisation_id: house.organisationId, created_by: manager.personId }])
  expect(await db.sql('select action, person_id from audit_entries where subject_id = $1', [batchId])).toEqual([{ action: 'imports.submitFile', person_id: manager.personId }])
  expect(await db.sql(`select name from event_queue where payload ->> 'batchId' = $1`, [batchId])).toEqual([{ name: 'imports.fileSubmitted' }])
  await expect(submit(manager, 'premises', { buildingId: house.buildingId }, batchId)).rejects.toThrow('imports.batchIdTaken')
})

test('bytes come through the procedure as a stream; a JSON caller has none to give', async () => {
  const manager = await asManager(db, house)
  const batchId = newId()
  const body = new Blob(['Квартира;Площадь\n1;50\n']).stream()
  await manager.caller.imports.submitFile({ batchId, mapping: 'premises', fileName: 'flats.csv', options: { buildingId: house.buildingId }, body })
  expect(await db.sql('select state from import_batches where batch_id = $1', [batchId])).toEqual([{ state: 'RECEIVED' }])
  // The meter of a flat, named as a person names it.
  const [flat] = house.premises
  const meterOf = (unit: string) => manager.caller.imports.submitFile({ batchId: newId(), mapping: 'electricity-daily', fileName: 'meter.csv', options: { buildingId: house.buildingId, unit }, body: new Blob(['date;register_kwh\n2026-01-01;5\n']).stream() })
  const { batchId: ofFlat } = await meterOf(` ${flat?.number ?? ''}`)
  expect(await db.sql('select premises_id from import_batches where batch_id = $1', [ofFlat])).toEqual([{ premises_id: flat?.premisesId }])
  await expect(meterOf('9999')).rejects.toThrow('imports.unitNotFound')
  await expect(manager.caller.imports.submitFile({ batchId: newId(), mapping: 'premises', fileName: 'x', options: {}, body: 'text' as never })).rejects.toThrow()
})

test('refuses a clerk, an owner, a stranger; classifiers are the platform’s; a meter needs its house', async () => {
  const at = { buildingId: house.buildingId }
  await expect(submit(await asClerk(db, house), 'premises', at)).rejects.toThrow('imports.mayNotImport')
  await expect(submit(await asOwner(db, house, house.premises[0] ?? { premisesId: '' }), 'premises', at)).rejects.toThrow('imports.mayNotImport')
  await expect(submit(asStranger(), 'premises', at)).rejects.toThrow('common.notFound')
  const manager = await asManager(db, house)
  await expect(submit(manager, 'uz-regions')).rejects.toThrow('imports.platformOnly')
  await expect(submit(manager, 'heat-daily')).rejects.toThrow('imports.houseNeeded')
  await expect(submit(manager, 'no-such-kind')).rejects.toThrow('imports.mappingUnknown')
  const admin = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' })
  await expect(submit(admin, 'uz-regions')).resolves.toBeTruthy()
  await expect(submit(admin, 'kz-kato-cities')).rejects.toThrow('imports.platformOnly')
})

test('the house of others does not exist: neither by its id, nor by its organisation', async () => {
  const manager = await asManager(db, house)
  await expect(submit(manager, 'premises', { buildingId: twin.buildingId })).rejects.toThrow('common.notFound')
  await expect(submit(manager, 'premises', { organisationId: twin.organisationId })).rejects.toThrow('common.notFound')
  await expect(submit(manager, 'heat-daily', { buildingId: house.buildingId, premisesId: twin.premises[0]?.premisesId ?? '' })).rejects.toThrow('common.notFound')
})

test('refuses an empty file, an old spreadsheet, and what is no text', async () => {
  await expect(receivePath(fileOf(''))).rejects.toThrow('imports.emptyFile')
  await expect(receivePath(fileOf(Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3, 4])))).rejects.toThrow('imports.oldExcel')
  await expect(receivePath('/no/such/file.csv')).rejects.toThrow('imports.noSuchFile')
})
