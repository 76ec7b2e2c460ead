import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { doors } from '#server/documents/http.ts'
import { storeFile } from '#server/documents/store-file.ts'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { openFile } from '#server/infra/storage.ts'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asOwner, asStranger, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let photo: Buffer

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
  twin = await makeHouse(db)
  photo = await sharp({ create: { width: 2000, height: 900, channels: 3, background: '#336699' } })
    .withExif({ IFD0: { Copyright: 'someone' }, IFD3: { GPSLatitude: '43/1 14/1 0/1' } }).jpeg().toBuffer()
})

function unit(of: TestHouse, index = 0) {
  const found = of.premises[index]
  if (!found) throw new Error('no unit')
  return found
}

function put(person: { request: ActingPerson['request'] }, place: { buildingId: string; premisesId: string | null }, bytes: Uint8Array = photo, fileId = newId()) {
  return openTransaction(person.request, ctx => storeFile(ctx, { ...place, fileId, kind: 'METER_PHOTO', subjectType: 'reading', subjectId: fileId, bytes }))
}

test('a photo is encoded anew: small, upright, without EXIF and place', async () => {
  const owner = await asOwner(db, house, unit(house))
  const file = await put(owner, { buildingId: house.buildingId, premisesId: unit(house).premisesId })
  const kept = await sharp(await openFile(file.sha256)).metadata()
  expect(file.mediaType).toBe('image/jpeg')
  expect([kept.width, kept.exif, kept.format]).toEqual([1280, undefined, 'jpeg'])
  const audit = await db.sql<{ action: string; person_id: string }>(`select action, person_id from audit_entries where building_id = $1 and subject_id = $2`, [house.buildingId, file.fileId])
  expect(audit).toEqual([{ action: 'documents.storeFile', person_id: owner.personId }])
})

test('the same id with the same bytes is one file, with other bytes a conflict', async () => {
  const owner = await asOwner(db, house, unit(house))
  const place = { buildingId: house.buildingId, premisesId: unit(house).premisesId }
  const fileId = newId()
  const first = await put(owner, place, photo, fileId)
  expect(await put(owner, place, photo, fileId)).toEqual(first)
  const other = await sharp({ create: { width: 50, height: 50, channels: 3, background: '#000000' } }).png().toBuffer()
  await expect(put(owner, place, other, fileId)).rejects.toThrow('documents.fileIdTaken')
})

test('refuses bytes that only claim to be a photo, and a stranger, and a neighbour', async () => {
  const owner = await asOwner(db, house, unit(house))
  const place = { buildingId: house.buildingId, premisesId: unit(house).premisesId }
  await expect(put(owner, place, new TextEncoder().encode('<html>not a photo</html>'))).rejects.toThrow('documents.fileKindUnknown')
  await expect(put(owner, place, Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(400, 3)]))).rejects.toThrow('documents.photoUnreadable')
  await expect(put(asStranger(), place)).rejects.toThrow('common.notFound')
  await expect(put(owner, { ...place, premisesId: unit(house, 1).premisesId })).rejects.toThrow('common.notFound')
  await expect(put(owner, { buildingId: house.buildingId, premisesId: null })).rejects.toThrow('documents.mayNotStore')
})

test('people and staff of the twin house neither store nor read', async () => {
  const owner = await asOwner(db, house, unit(house))
  const place = { buildingId: house.buildingId, premisesId: unit(house).premisesId }
  const file = await put(owner, place)
  for (const other of [await asOwner(db, twin, unit(twin)), await asClerk(db, twin)]) {
    await expect(put(other, place)).rejects.toThrow('common.notFound')
    expect(await other.caller.documents.files({ buildingId: house.buildingId, subjectType: 'reading', subjectId: file.fileId })).toEqual([])
  }
  const tenant = await asTenant(db, house, unit(house))
  expect(await tenant.caller.documents.files({ buildingId: house.buildingId, subjectType: 'reading', subjectId: file.fileId })).toHaveLength(1)
})

test('the door gives the file to nobody without a session', async () => {
  const file = await serviceTransaction('seed', ctx => storeFile(ctx, { buildingId: house.buildingId, premisesId: null, kind: 'HOUSE_PAPER', subjectType: 'house', subjectId: 'x', bytes: photo, shared: true }))
  const door = doors[0]
  if (!door) throw new Error('no door')
  const at = { params: { buildingId: house.buildingId, fileId: file.fileId }, address: '127.0.0.1', requestId: 'test', busy: false }
  expect((await door.handle(new Request('http://localhost/x'), at)).status).toBe(404)
  expect((await door.handle(new Request('http://localhost/x'), { ...at, params: { buildingId: 'x', fileId: 'y' } })).status).toBe(404)
})
