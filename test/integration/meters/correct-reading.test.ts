import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'
import { codeOf, makeMeter, readingOf } from '#test/integration/meters/support.ts'

let db: TestDatabase
let house: TestHouse
let unit: TestPremises
let owner: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-24T09:00:00Z')
  house = await makeHouse(db)
  unit = house.premises[0] ?? (() => { throw new Error('no flat') })()
  owner = await asOwner(db, house, unit)
})

function correction(corrects: string, value: string, change: Record<string, unknown> = {}) {
  return { readingId: newId(), buildingId: house.buildingId, corrects, values: [value], submittedAt: '2026-11-24T11:00:00.000Z', reason: 'a slip of the finger', ...change }
}

describe('correctReading', () => {
  it('puts a new reading in the place of the wrong one and keeps the old', async () => {
    const meter = await makeMeter(db, house, unit)
    const wrong = await owner.caller.meters.submitReading(readingOf(meter, '842', { confirmed: ['jump'] }))
    const input = correction(wrong.readingId, '482')
    expect(await owner.caller.meters.correctReading(input)).toMatchObject({ values: ['482'], consumption: '11', period: '2026-11', state: 'ACCEPTED' })
    expect(await owner.caller.meters.correctReading(input)).toMatchObject({ values: ['482'] })
    expect(await db.sql(`select register_values[1]::text as value, superseded_by is not null as superseded from readings where meter_id = $1 and source = 'RESIDENT' order by received_at`, [meter.meterId]))
      .toEqual([{ value: '842.000', superseded: true }, { value: '482.000', superseded: false }])
    const mine = await owner.caller.meters.listMine()
    expect(mine.find(each => each.meterId === meter.meterId)?.last?.values).toEqual(['482'])
  })

  it('turns a kept question into a counted reading by a yes', async () => {
    const meter = await makeMeter(db, house, unit)
    const kept = await owner.caller.meters.submitReading(readingOf(meter, '990', { ifAsked: 'KEEP' }))
    expect((await owner.caller.meters.listMine()).find(each => each.meterId === meter.meterId)?.waiting).toMatchObject({ readingId: kept.readingId, flags: ['jump'] })
    expect(await owner.caller.meters.correctReading(correction(kept.readingId, '990', { confirmed: ['jump'] }))).toMatchObject({ state: 'ACCEPTED', consumption: '519' })
  })

  it('lets staff lower a wrong floor, after which the flagged one can count', async () => {
    const meter = await makeMeter(db, house, unit)
    const clerk = await asClerk(db, house)
    const onBehalf = { callerName: 'A. Sadykova', reason: 'photo seen' }
    const high = await owner.caller.meters.submitReading(readingOf(meter, '495', { takenOn: '2026-11-20', confirmed: ['jump'] }))
    const flagged = await owner.caller.meters.submitReading(readingOf(meter, '482', { confirmed: ['lowerThanLast'] }))
    expect(await clerk.caller.meters.correctReading(correction(high.readingId, '475', { onBehalf }))).toMatchObject({ consumption: '4' })
    expect(await clerk.caller.meters.correctReading(correction(flagged.readingId, '482', { onBehalf }))).toMatchObject({ state: 'ACCEPTED', consumption: '7' })
  })

  it('refuses a corrected one, one that others stand on, a closed month, a neighbour and other ids', async () => {
    const meter = await makeMeter(db, house, unit)
    const first = await owner.caller.meters.submitReading(readingOf(meter, '475', { takenOn: '2026-11-20' }))
    const last = await owner.caller.meters.submitReading(readingOf(meter, '482'))
    expect(await codeOf(owner.caller.meters.correctReading(correction(first.readingId, '476')))).toBe('meters.onlyLastCorrected')
    const input = correction(last.readingId, '483')
    await owner.caller.meters.correctReading(input)
    expect(await codeOf(owner.caller.meters.correctReading(correction(last.readingId, '484')))).toBe('meters.alreadyCorrected')
    expect(await codeOf(owner.caller.meters.correctReading({ ...input, values: ['485'] }))).toBe('meters.readingIdTaken')
    const other = house.premises[1]
    if (!other) throw new Error('no flat')
    const neighbour = await asOwner(db, house, other)
    expect(await codeOf(neighbour.caller.meters.correctReading(correction(input.readingId, '486')))).toBe('meters.readingNotFound')
    await setNow('2026-12-05T09:00:00Z')
    expect(await codeOf(owner.caller.meters.correctReading(correction(input.readingId, '481')))).toBe('meters.monthClosed')
    await setNow('2026-11-24T09:00:00Z')
  })
})
