import { beforeAll, describe, expect, it } from 'vitest'
import sharp from 'sharp'
import { asCouncil, asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { codeOf, makeMeter, readingOf } from '#test/integration/meters/support.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-24T09:00:00Z')
  house = await makeHouse(db)
  owner = await asOwner(db, house, house.premises[0] ?? { premisesId: '' })
})

describe('storeReading', () => {
  it('two different readings of one meter at once are judged one after the other: nothing is counted twice', async () => {
    const meter = await makeMeter(db, house, house.premises[0] ?? null)
    await Promise.all(['475', '478', '480', '482'].map(value => owner.caller.meters.submitReading(readingOf(meter, value, { ifAsked: 'KEEP' }))))
    const [sum] = await db.sql<{ total: string; top: string }>(`select sum(consumption)::text as total, (max(register_values[1]) filter (where state = 'ACCEPTED') - 471)::text as top from readings where meter_id = $1`, [meter.meterId])
    expect(sum?.total).toBe(sum?.top)
  })

  it('keeps the photo without its notes, and the reading when the photo cannot be read', async () => {
    const meter = await makeMeter(db, house, house.premises[0] ?? null)
    const photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'green' } }).withExif({ IFD0: { Copyright: 'secret place' } }).jpeg().toBuffer()
    const input = readingOf(meter, '482', { photos: [photo.toString('base64')] })
    const stored = await owner.caller.meters.submitReading(input)
    expect(stored.photoFileId).not.toBeNull()
    expect(await owner.caller.meters.submitReading(input)).toEqual(stored)
    expect((await owner.caller.meters.submitReading(readingOf(meter, '484', { photos: [Buffer.from('no photo').toString('base64')] }))).photoFileId).toBeNull()
  })

  it('marks a late reading with the month it counts for', async () => {
    const meter = await makeMeter(db, house, house.premises[0] ?? null)
    await setNow('2026-12-10T09:00:00Z')
    expect(await owner.caller.meters.submitReading(readingOf(meter, '482'))).toMatchObject({ takenOn: '2026-11-24', period: '2026-12', late: true })
    await setNow('2026-11-24T09:00:00Z')
  })

  it('tells the council which flats are missing and nothing of their figures; refuses others', async () => {
    const unit = house.premises[2]
    if (!unit) throw new Error('no flat')
    await makeMeter(db, house, unit)
    const council = await asCouncil(db, house)
    const month = { buildingId: house.buildingId, period: '2026-11' }
    const answer = await council.caller.meters.flatsWithoutReadings(month)
    expect(answer.without).toContain('3')
    expect(answer.total).toBeGreaterThanOrEqual(answer.without.length)
    expect(await codeOf(owner.caller.meters.flatsWithoutReadings(month))).toBe('common.notFound')
    const twin = await makeHouse(db)
    for (const person of [await asCouncil(db, twin), await asManager(db, twin)]) expect(await codeOf(person.caller.meters.flatsWithoutReadings(month))).toBe('common.notFound')
    expect(await council.caller.meters.listMine()).toEqual([])
    expect(await db.sql('select 1 from readings limit 1')).toHaveLength(1)
  })
})
