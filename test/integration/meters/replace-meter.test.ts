import { beforeAll, describe, expect, it } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { consumptionOf } from '#server/meters/consumption/queries.ts'
import { asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'
import { codeOf, makeMeter, readingOf, type TestMeter } from '#test/integration/meters/support.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let unit: TestPremises
let manager: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-24T09:00:00Z')
  house = await makeHouse(db)
  twin = await makeHouse(db)
  unit = house.premises[0] ?? (() => { throw new Error('no flat') })()
  manager = await asManager(db, house)
})

function replacement(meter: TestMeter, change: Record<string, unknown> = {}) {
  return {
    buildingId: meter.buildingId, meterId: meter.meterId, newMeterId: newId(), finalValues: ['480'], confirmed: [], act: 'Act 17 of 20.11.2026', serial: `N${newId().slice(-6)}`,
    registers: 1, digits: 5, decimals: 3, installedOn: '2026-11-20', verifiedUntil: '2032-11-20', initialValues: ['2'], ...change,
  }
}

describe('replaceMeter', () => {
  it('closes the old device with its last figures and counts the month in two segments', async () => {
    const meter = await makeMeter(db, house, unit)
    const input = replacement(meter)
    await manager.caller.meters.replaceMeter(input)
    const owner = await asOwner(db, house, unit)
    const fresh = { ...meter, meterId: input.newMeterId }
    await owner.caller.meters.submitReading(readingOf(fresh, '5'))
    const used = await serviceTransaction('billing', ctx => consumptionOf(ctx.db, house.buildingId, '2026-11'))
    expect(used.filter(each => [meter.meterId, fresh.meterId].includes(each.meterId)).map(({ meterId, from, to, consumption }) => ({ meterId, from, to, consumption })).toSorted((a, b) => Number(b.consumption) - Number(a.consumption)))
      .toEqual([{ meterId: meter.meterId, from: ['471'], to: ['480'], consumption: '9' }, { meterId: fresh.meterId, from: ['2'], to: ['5'], consumption: '3' }])
    expect((await owner.caller.meters.history(fresh)).at(-1)).toMatchObject({ consumption: '12' })
    expect(await codeOf(owner.caller.meters.submitReading(readingOf(meter, '482')))).toBe('meters.meterRemoved')
  })

  it('asks about final figures like about any others', async () => {
    const meter = await makeMeter(db, house, unit)
    expect(await codeOf(manager.caller.meters.replaceMeter(replacement(meter, { finalValues: ['460'] })))).toBe('meters.askLowerThanLast')
    expect(await db.sql('select removed_on from meters where meter_id = $1', [meter.meterId])).toEqual([{ removed_on: null }])
  })

  it('refuses a second time, a day to come, a day before a reading, a resident, and the twin house', async () => {
    const meter = await makeMeter(db, house, unit)
    const owner = await asOwner(db, house, unit)
    expect(await codeOf(manager.caller.meters.replaceMeter(replacement(meter, { installedOn: '2026-11-30' })))).toBe('meters.installedInFuture')
    expect(await codeOf(manager.caller.meters.replaceMeter(replacement(meter, { installedOn: '2026-10-20' })))).toBe('meters.readAfterReplacement')
    expect(await codeOf(owner.caller.meters.replaceMeter(replacement(meter)))).toBe('common.signInNeeded')
    expect(await codeOf((await asManager(db, twin)).caller.meters.replaceMeter(replacement(meter)))).toBe('meters.meterNotFound')
    await manager.caller.meters.replaceMeter(replacement(meter))
    expect(await codeOf(manager.caller.meters.replaceMeter(replacement(meter)))).toBe('meters.alreadyReplaced')
  })
})
