import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { consumptionOf } from '#server/meters/consumption/queries.ts'
import { importReadings, type ReadingImport } from '#server/meters/import-readings.ts'
import { asManager, asOwner } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { codeOf } from '#test/integration/meters/support.ts'

let db: TestDatabase
let house: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-24T09:00:00Z')
  house = await makeHouse(db)
})

function file(): ReadingImport {
  const meterId = newId()
  return {
    buildingId: house.buildingId, batchId: newId(),
    meters: [{ meterId, premisesId: null, service: 'HEAT', serial: `H${meterId.slice(-6)}`, unit: 'Gcal', installedOn: '2024-01-01' }],
    readings: [
      { meterId, takenOn: '2026-09-30', values: ['100.5'] }, { meterId, takenOn: '2026-10-31', values: ['180.25'] },
      { meterId, takenOn: '2026-11-10', values: ['170'] }, { meterId, takenOn: '2026-11-20', values: ['230.125'] },
    ],
  }
}

describe('importReadings', () => {
  it('takes devices with their history, counts it in order of days, flags a lower figure; the same file twice changes nothing', async () => {
    const input = file()
    const first = await serviceTransaction('imports', ctx => importReadings(ctx, input))
    expect(first).toEqual({ meters: 1, readings: 4, flagged: 1 })
    expect(await serviceTransaction('imports', ctx => importReadings(ctx, input))).toEqual({ meters: 0, readings: 0, flagged: 0 })
    const rows = await db.sql('select taken_on::text as day, consumption::text, state from readings where meter_id = $1 order by taken_on', [input.meters[0]?.meterId])
    expect(rows).toEqual([
      { day: '2026-09-30', consumption: '0.000', state: 'ACCEPTED' }, { day: '2026-10-31', consumption: '79.750', state: 'ACCEPTED' },
      { day: '2026-11-10', consumption: null, state: 'FLAGGED' }, { day: '2026-11-20', consumption: '49.875', state: 'ACCEPTED' }])
    const used = await serviceTransaction('billing', ctx => consumptionOf(ctx.db, house.buildingId, '2026-11'))
    expect(used.filter(each => each.meterId === input.meters[0]?.meterId)).toMatchObject([{ consumption: '49.875', from: ['180.25'], to: ['230.125'], parts: ['49.875'], premisesId: null, readings: 1 }])
  })

  it('goes on from what is there', async () => {
    const input = file()
    await serviceTransaction('imports', ctx => importReadings(ctx, input))
    const meterId = input.meters[0]?.meterId ?? ''
    await serviceTransaction('imports', ctx => importReadings(ctx, { ...input, batchId: newId(), readings: [{ meterId, takenOn: '2026-11-24', values: ['231'] }] }))
    expect(await db.sql(`select consumption::text from readings where meter_id = $1 and taken_on = '2026-11-24'`, [meterId])).toEqual([{ consumption: '0.875' }])
  })

  it('lets the manager of the house import, and refuses a resident and the manager of another house', async () => {
    const input = file()
    const manager = await asManager(db, house)
    const twin = await makeHouse(db)
    const owner = await asOwner(db, house, house.premises[0] ?? { premisesId: '' })
    expect(await openTransaction(manager.request, ctx => importReadings(ctx, input))).toMatchObject({ readings: 4 })
    for (const person of [owner, await asManager(db, twin)]) {
      expect(await codeOf(openTransaction(person.request, ctx => importReadings(ctx, file())))).toMatchObject({ code: 'meters.mayNotRegister' })
    }
  })
})
