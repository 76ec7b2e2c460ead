import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asClerk, asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'
import { codeOf } from '#test/integration/meters/support.ts'

let db: TestDatabase
let house: TestHouse
let unit: TestPremises
let manager: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-24T09:00:00Z')
  house = await makeHouse(db)
  unit = house.premises[0] ?? (() => { throw new Error('no flat') })()
  manager = await asManager(db, house)
})

function device(change: Record<string, unknown> = {}) {
  return {
    buildingId: house.buildingId, meterId: newId(), premisesId: unit.premisesId as string | null, service: 'ELECTRICITY' as const, unit: 'kWh' as const, serial: `R${newId().slice(-8)}`, registers: 2, digits: 6, decimals: 0,
    installedOn: '2026-11-01', verifiedUntil: '2034-11-01', initialValues: ['000012', '000007'], act: 'Act 3', ...change,
  }
}

describe('registerMeter', () => {
  it('enters a device with its first figures, traced with the act', async () => {
    const input = device()
    await manager.caller.meters.registerMeter(input)
    const owner = await asOwner(db, house, unit)
    expect((await owner.caller.meters.listMine()).find(each => each.meterId === input.meterId)).toMatchObject({ registers: 2, last: { values: ['12', '7'], takenOn: '2026-11-01' } })
    expect(await db.sql('select action, ground from audit_entries where subject_id = $1', [input.meterId])).toEqual([{ action: 'meters.registerMeter', ground: 'Act 3' }])
    // A first figure copied wrongly is corrected while nothing stands on it.
    const [first] = (await manager.caller.meters.readings({ buildingId: house.buildingId, meterId: input.meterId })).readings
    const correction = { readingId: newId(), buildingId: house.buildingId, corrects: first!.readingId, values: ['21', '7'], submittedAt: '2026-11-24T09:00:00Z', onBehalf: { callerName: 'Act 3', reason: 'copied wrongly' } }
    expect(await codeOf(owner.caller.meters.correctReading({ ...correction, readingId: newId(), onBehalf: undefined }))).toBe('meters.mayNotRegister')
    expect(await manager.caller.meters.correctReading(correction)).toMatchObject({ values: ['21', '7'], consumption: '0', period: '2026-11', state: 'ACCEPTED' })
    const building = device({ premisesId: null })
    await manager.caller.meters.registerMeter(building)
    expect(await db.sql('select kind from meters where meter_id = $1', [building.meterId])).toEqual([{ kind: 'BUILDING' }])
  })

  it('takes what the house\'s own meter shows from who keeps the house or answers its calls, with no caller to name, and from nobody else', async () => {
    const building = device({ premisesId: null, registers: 1, initialValues: ['100'], service: 'HEAT', unit: 'Gcal' })
    await manager.caller.meters.registerMeter(building)
    const shown = (value: string) => ({ readingId: newId(), buildingId: house.buildingId, meterId: building.meterId, values: [value], takenOn: '2026-11-24', submittedAt: '2026-11-24T09:00:00Z', confirmed: ['jump'] })
    expect(await codeOf((await asAccountant(db, house)).caller.meters.submitReading(shown('118')))).toBe('meters.mayNotSubmit')
    expect(await codeOf((await asManager(db, await makeHouse(db))).caller.meters.submitReading(shown('118')))).toBe('meters.meterNotFound')
    expect(await manager.caller.meters.submitReading(shown('118'))).toMatchObject({ state: 'ACCEPTED', consumption: '18', period: '2026-11' })
    expect(await (await asClerk(db, house)).caller.meters.submitReading(shown('119'))).toMatchObject({ state: 'ACCEPTED' })
    expect((await manager.caller.meters.listOfHouse({ buildingId: house.buildingId })).find(each => each.meterId === building.meterId)).toMatchObject({ lastValues: ['119'], lastOn: '2026-11-24' })
  })

  it('refuses a serial that works already, figures that do not fit, a day to come, a strange flat, and who does not keep the register', async () => {
    const input = device()
    await manager.caller.meters.registerMeter(input)
    const attempt = (change: Record<string, unknown>) => codeOf(manager.caller.meters.registerMeter(device(change)))
    expect(await attempt({ serial: input.serial })).toBe('meters.serialTaken')
    expect(await attempt({ initialValues: ['12'] })).toBe('meters.registersMissing')
    expect(await attempt({ initialValues: ['1234567', '1'] })).toBe('meters.tooManyDigits')
    expect(await attempt({ installedOn: '2026-12-24' })).toBe('meters.installedInFuture')
    expect(await attempt({ premisesId: newId() })).toBe('meters.premisesUnknown')
    expect(await codeOf((await asClerk(db, house)).caller.meters.registerMeter(device()))).toBe('meters.mayNotRegister')
    expect(await codeOf((await asManager(db, await makeHouse(db))).caller.meters.registerMeter(device()))).toBe('common.notFound')
  })
})
