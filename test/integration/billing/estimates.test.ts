import { beforeAll, describe, expect, it } from 'vitest'
import { allExact } from '#server/billing/rules.ts'
import type { BillLine, PricePlan } from '#server/billing/schema.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { importReadings } from '#server/meters/import-readings.ts'
import { codeOf, readingOf } from '#test/integration/meters/support.ts'
import { asAccountant, asClerk, asManager, asOwner } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices, billingDatabase } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => { db = await billingDatabase() })

async function bill(house: TestHouse, period: string): Promise<BillLine | undefined> {
  await (await asAccountant(db, house)).caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })
  const [row] = await db.sql<{ lines: BillLine[]; prices: PricePlan }>(`select b.lines::json as lines, r.prices from bills b join billing_runs r using (building_id, period)
    where b.building_id = $1 and b.period = $2`, [house.buildingId, period])
  expect(allExact(row?.lines ?? [], row?.prices ?? { items: [], volumes: [] })).toBe(true)
  return row?.lines.find(line => line.key === 'COLD_WATER')
}

async function houseWithMeter(): Promise<{ house: TestHouse; meterId: string; read: (period: string, consumption: string) => Promise<void> }> {
  const house = await makeHouse(db, { flats: 1 })
  await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }])
  const premisesId = house.premises[0]?.premisesId ?? null
  const meterId = await addMeter(db, house, { premisesId, service: 'COLD_WATER' })
  return { house, meterId, read: (period, consumption) => addReading(db, house, { meterId, premisesId, period, consumption }) }
}

describe('a missing reading', () => {
  it('is the average of the last three months, marked; the next reading pays it back exactly', async () => {
    const { house, read } = await houseWithMeter()
    for (const [period, consumption] of [['2026-04', '8'], ['2026-05', '9'], ['2026-06', '10']] as const) await read(period, consumption)
    expect(await bill(house, '2026-07')).toMatchObject({ quantity: '9', source: 'AVERAGE' })
    expect(await bill(house, '2026-08')).toMatchObject({ quantity: '9.5', source: 'AVERAGE' })
    // The register has moved by 27 since June: 18.5 of it is charged already.
    await read('2026-09', '27')
    expect(await bill(house, '2026-09')).toMatchObject({ quantity: '8.5', before: '18.5' })
    await read('2026-10', '7')
    expect(await bill(house, '2026-10')).toEqual(expect.not.objectContaining({ before: expect.anything() }))
    expect(await db.sql('select 1 from estimated_volumes where building_id = $1 and settled_in is null', [house.buildingId])).toEqual([])
  })

  it('charged too much by estimate, nothing is charged and the rest is carried on', async () => {
    const { house, read } = await houseWithMeter()
    await read('2026-06', '10')
    expect(await bill(house, '2026-07')).toMatchObject({ quantity: '10', source: 'AVERAGE' })
    await read('2026-08', '4')
    expect(await bill(house, '2026-08')).toMatchObject({ quantity: '0', before: '4' })
    await read('2026-09', '9')
    expect(await bill(house, '2026-09')).toMatchObject({ quantity: '3', before: '6' })
  })

  it('without any history is the norm for each registered person', async () => {
    const { house } = await houseWithMeter()
    expect(await bill(house, '2026-10')).toMatchObject({ quantity: '30', people: 2, source: 'NORM' })
  })

  it('of a flat without a meter is the norm, and no debt to a later reading', async () => {
    const house = await makeHouse(db, { flats: 1, persons: 3 })
    await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }])
    expect(await bill(house, '2026-10')).toMatchObject({ quantity: '45', people: 3, source: 'NORM' })
    expect(await db.sql('select 1 from estimated_volumes where building_id = $1', [house.buildingId])).toEqual([])
  })

  it('of a flat without a meter counts who is not away', async () => {
    const house = await makeHouse(db, { flats: 1 })
    await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }])
    await db.sql(`insert into person_absences (building_id, absence_id, premises_id, persons, from_day, ground) values ($1, $2, $3, 1, '2026-09-15', 'Work abroad')`, [house.buildingId, newId(), house.premises[0]!.premisesId])
    expect(await bill(house, '2026-10')).toMatchObject({ quantity: '15', people: 1, source: 'NORM' })
  })
})

describe('an estimate that several charges took', () => {
  /** Hot and cold water of one flat with the sewerage of both. */
  async function houseWithTwo(territoryCode: string) {
    const house = await makeHouse(db, { flats: 1, territoryCode })
    for (const [service, price] of [['COLD_WATER', 100], ['HOT_WATER', 300], ['SEWERAGE', 50]] as const) {
      await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, published_at)
        values (gen_random_uuid(), 'KZ', $1, $2, 'VOLUME', 'm3', $3, 'NONE', 'KZT', 'test', '2025-01-01', now())`, [territoryCode.slice(0, 4), service, price])
    }
    await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }, { service: 'HOT_WATER', method: 'METER' }, { service: 'SEWERAGE', method: 'METER', volumeOf: ['COLD_WATER', 'HOT_WATER'] }])
    const premisesId = house.premises[0]!.premisesId
    const meters = { COLD_WATER: await addMeter(db, house, { premisesId, service: 'COLD_WATER' }), HOT_WATER: await addMeter(db, house, { premisesId, service: 'HOT_WATER' }) }
    const read = (service: keyof typeof meters, period: string, consumption: string) => addReading(db, house, { meterId: meters[service], premisesId, period, consumption })
    const linesOf = async (period: string) => {
      await (await asAccountant(db, house)).caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true })
      const [row] = await db.sql<{ lines: BillLine[]; prices: PricePlan }>('select b.lines::json as lines, r.prices from bills b join billing_runs r using (building_id, period) where b.building_id = $1 and b.period = $2', [house.buildingId, period])
      expect(allExact(row?.lines ?? [], row?.prices ?? { items: [], volumes: [] })).toBe(true)
      return Object.fromEntries((row?.lines ?? []).filter(line => line.key.includes('WATER') || line.key === 'SEWERAGE').map(line => [line.key, [line.quantity, line.source, line.before]]))
    }
    return { house, read, linesOf }
  }

  it('is paid back to each of them by the reading', async () => {
    const { read, linesOf } = await houseWithTwo('970110000')
    for (const service of ['COLD_WATER', 'HOT_WATER'] as const) await read(service, '2026-06', '10')
    await read('COLD_WATER', '2026-07', '8')
    expect(await linesOf('2026-07')).toEqual({ COLD_WATER: ['8', undefined, undefined], HOT_WATER: ['10', 'AVERAGE', undefined], SEWERAGE: ['18', 'AVERAGE', undefined] })
    for (const service of ['COLD_WATER', 'HOT_WATER'] as const) await read(service, '2026-08', '12')
    expect(await linesOf('2026-08')).toEqual({ COLD_WATER: ['12', undefined, undefined], HOT_WATER: ['2', undefined, '10'], SEWERAGE: ['14', undefined, '10'] })
  })

  it('is not paid back to the sewerage of a month in which that was not charged', async () => {
    const { house, read, linesOf } = await houseWithTwo('970210000')
    await read('HOT_WATER', '2026-06', '10')
    // Nothing is known of cold water in July, so that sewerage is left out; hot water is charged by estimate.
    expect(await linesOf('2026-07')).toEqual({ HOT_WATER: ['10', 'AVERAGE', undefined] })
    expect(await db.sql('select service, volume::text from estimated_volumes where building_id = $1', [house.buildingId])).toEqual([{ service: 'HOT_WATER', volume: '10.000' }])
    for (const service of ['COLD_WATER', 'HOT_WATER'] as const) await read(service, '2026-08', '12')
    expect(await linesOf('2026-08')).toEqual({ COLD_WATER: ['12', undefined, undefined], HOT_WATER: ['2', undefined, '10'], SEWERAGE: ['24', undefined, undefined] })
  })

  it('is paid back to the sewerage alone where hot water itself had no price in the month of the estimate', async () => {
    const { house, read, linesOf } = await houseWithTwo('970310000')
    await db.sql(`update tariffs set valid_to = '2026-06-30' where territory_prefix = '9703' and service = 'HOT_WATER'`)
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, published_at)
      values (gen_random_uuid(), 'KZ', '9703', 'HOT_WATER', 'VOLUME', 'm3', 300, 'NONE', 'KZT', 'test', '2026-08-01', now())`)
    for (const service of ['COLD_WATER', 'HOT_WATER'] as const) await read(service, '2026-06', '10')
    await read('COLD_WATER', '2026-07', '8')
    expect(await linesOf('2026-07')).toEqual({ COLD_WATER: ['8', undefined, undefined], SEWERAGE: ['18', 'AVERAGE', undefined] })
    for (const service of ['COLD_WATER', 'HOT_WATER'] as const) await read(service, '2026-08', '12')
    expect(await linesOf('2026-08')).toEqual({ COLD_WATER: ['12', undefined, undefined], HOT_WATER: ['12', undefined, undefined], SEWERAGE: ['14', undefined, '10'] })
    expect(await db.sql('select service, settled_in::text from estimated_volumes where building_id = $1', [house.buildingId])).toEqual([{ service: 'SEWERAGE', settled_in: '2026-08' }])
  })
})

describe('a reading that comes after the bills of its month', () => {
  /** 110 on 25 October; November is billed on the 28th by the average, 10. */
  async function billedHouse() {
    const { house, meterId, read } = await houseWithMeter()
    await setNow('2026-11-28T05:00:00Z')
    await read('2026-10', '10')
    const owner = await asOwner(db, house, house.premises[0]!)
    const meter = { buildingId: house.buildingId, meterId, premisesId: house.premises[0]!.premisesId }
    const submit = async (value: string, takenOn: string, change: Record<string, unknown> = {}) => {
      await setNow(`${takenOn}T06:00:00Z`)
      return owner.caller.meters.submitReading(readingOf(meter, value, { takenOn, submittedAt: `${takenOn}T06:00:00.000Z`, ...change }))
    }
    return { house, meter, owner, submit }
  }
  const correction = (buildingId: string, corrects: string, value: string, change: Record<string, unknown> = {}) =>
    ({ readingId: newId(), buildingId, corrects, values: [value], submittedAt: '2026-11-30T07:00:00.000Z', confirmed: [], reason: 'a slip', ...change })
  const charged = async (house: TestHouse) => (await db.sql<{ sum: string }>(`select sum((l ->> 'quantity')::numeric)::text as sum from bills b, json_array_elements(b.lines::json) l
    where b.building_id = $1 and l ->> 'key' = 'COLD_WATER'`, [house.buildingId]))[0]?.sum

  it('counts for the first month after them: what is charged is what the meter has moved', async () => {
    const { house, submit } = await billedHouse()
    expect(await bill(house, '2026-11')).toMatchObject({ quantity: '10', source: 'AVERAGE' })
    const id = newId()
    const first = await submit('131', '2026-11-30', { readingId: id })
    expect(first).toMatchObject({ period: '2026-12', late: true, consumption: '21', takenOn: '2026-11-30' })
    expect(await submit('131', '2026-11-30', { readingId: id })).toEqual(first)
    expect(await submit('140', '2026-12-25')).toMatchObject({ period: '2026-12', late: false, consumption: '9' })
    await setNow('2026-12-28T05:00:00Z')
    expect(await bill(house, '2026-12')).toMatchObject({ quantity: '20', before: '10' })
    expect(Number(await charged(house))).toBe(140 - 110)
  })

  it('that was taken long before them, from a file too, is charged once', async () => {
    const { house, meter, submit } = await billedHouse()
    await bill(house, '2026-11')
    const file = { buildingId: house.buildingId, batchId: newId(), meters: [], readings: [{ meterId: meter.meterId, takenOn: '2026-11-05', values: ['118'] }] }
    await serviceTransaction('imports', ctx => importReadings(ctx, file))
    await serviceTransaction('imports', ctx => importReadings(ctx, file))
    expect(await db.sql(`select period::text, late, consumption::int from readings where meter_id = $1 and source = 'IMPORT'`, [meter.meterId])).toEqual([{ period: '2026-12', late: true, consumption: 8 }])
    await submit('140', '2026-12-25')
    expect(await bill(house, '2026-12')).toMatchObject({ quantity: '20', before: '10' })
    expect(Number(await charged(house))).toBe(30)
  })

  it('from a file, of a day before one that counts, waits for a person: what was used is charged once', async () => {
    const { house, meter, submit } = await billedHouse()
    const counted = await submit('140', '2026-11-24')
    const file = { buildingId: house.buildingId, batchId: newId(), meters: [], readings: [{ meterId: meter.meterId, takenOn: '2026-11-05', values: ['118'] }, { meterId: meter.meterId, takenOn: '2026-11-26', values: ['143'] }] }
    expect(await serviceTransaction('imports', ctx => importReadings(ctx, file))).toMatchObject({ readings: 2, flagged: 1 })
    expect(await serviceTransaction('imports', ctx => importReadings(ctx, file))).toMatchObject({ readings: 0, flagged: 0 })
    const [old] = await db.sql<{ id: string; flags: string[] }>(`select reading_id::text as id, flags from readings where meter_id = $1 and source = 'IMPORT' and state = 'FLAGGED'`, [meter.meterId])
    expect([counted.consumption, old?.flags]).toEqual(['30', ['olderThanLast']])
    await (await asClerk(db, house)).caller.meters.correctReading(correction(house.buildingId, old!.id, '118', { onBehalf: { callerName: 'A. Sadykova', reason: 'photo seen' } }))
    expect(await bill(house, '2026-11')).toMatchObject({ quantity: '33' })
  })

  it('is charged also as the last of a meter that has left', async () => {
    const { house, meter } = await billedHouse()
    await bill(house, '2026-11')
    await setNow('2026-11-29T06:00:00Z')
    await (await asManager(db, house)).caller.meters.replaceMeter({ buildingId: house.buildingId, meterId: meter.meterId, newMeterId: newId(), finalValues: ['121'], confirmed: [], act: 'act 7', serial: 'N1',
      registers: 1, digits: 5, decimals: 0, installedOn: '2026-11-29', verifiedUntil: null, initialValues: ['0'] })
    await setNow('2026-12-28T05:00:00Z')
    const [next] = await db.sql<{ meter_id: string }>('select meter_id from meters where building_id = $1 and removed_on is null', [house.buildingId])
    const owner = await asOwner(db, house, house.premises[0]!)
    await owner.caller.meters.submitReading(readingOf({ ...meter, meterId: next!.meter_id }, '7', { takenOn: '2026-12-28' }))
    expect(await bill(house, '2026-12')).toMatchObject({ quantity: '8', before: '10' })
    expect(Number(await charged(house))).toBe(121 - 110 + 7)
  })

  it('at the moment of the run is in the bills or in the next ones', async () => {
    const { house, submit } = await billedHouse()
    await Promise.all([bill(house, '2026-11'), submit('131', '2026-11-28')])
    await submit('140', '2026-12-25')
    await bill(house, '2026-12')
    expect(Number(await charged(house))).toBe(30)
  })

  it('waits for a run that is going on', async () => {
    const { house, submit } = await billedHouse()
    let done = false
    const sent = await serviceTransaction('billing', async ctx => {
      await ctx.db.$queryRaw`select pg_advisory_xact_lock(app.readings_lock(${house.buildingId}::uuid))::text`
      const sending = submit('131', '2026-11-28').then(result => { done = true; return result })
      await new Promise(resolve => { setTimeout(resolve, 300) })
      expect(done).toBe(false)
      return { sending }
    })
    expect(await sent.sending).toMatchObject({ period: '2026-11' })
  })

  it('is not put in the place of a charged one; a question that never counted is answered for the next month', async () => {
    const { house, submit, owner } = await billedHouse()
    const counted = await submit('120', '2026-11-24')
    const asked = await submit('990', '2026-11-25', { ifAsked: 'KEEP' })
    expect(asked).toMatchObject({ state: 'FLAGGED', period: '2026-11' })
    await setNow('2026-11-28T05:00:00Z')
    expect(await bill(house, '2026-11')).toMatchObject({ quantity: '10' })
    const clerk = await asClerk(db, house)
    const onBehalf = { callerName: 'A. Sadykova', reason: 'photo seen' }
    expect(await codeOf(owner.caller.meters.correctReading(correction(house.buildingId, counted.readingId, '118')))).toBe('meters.monthClosed')
    expect(await db.sql('select 1 from readings where building_id = $1 and superseded_by is not null', [house.buildingId])).toEqual([])
    expect(await clerk.caller.meters.correctReading(correction(house.buildingId, asked.readingId, '126', { onBehalf }))).toMatchObject({ state: 'ACCEPTED', consumption: '6', period: '2026-12', late: true })
    await setNow('2026-12-28T05:00:00Z')
    expect(await bill(house, '2026-12')).toMatchObject({ quantity: '6' })
    expect(Number(await charged(house))).toBe(126 - 110)
  })
})

describe('an interruption by its act', () => {
  const interrupt = (house: TestHouse) => db.sql(`insert into service_interruptions (building_id, interruption_id, service, from_day, to_day, act_number) values ($1, gen_random_uuid(), 'COLD_WATER', '2026-10-11', '2026-10-20', '7')`, [house.buildingId])
  it('cuts the norm and the average to the days served', async () => {
    const norm = await makeHouse(db, { flats: 1 })
    await arrangeServices(db, norm, [{ service: 'COLD_WATER', method: 'METER' }])
    await interrupt(norm)
    // 15 m³ for each of two persons, 21 of 31 days.
    expect(await bill(norm, '2026-10')).toMatchObject({ quantity: '20.323', source: 'NORM' })
    const { house, read } = await houseWithMeter()
    await interrupt(house)
    for (const period of ['2026-08', '2026-09']) await read(period, '31')
    expect(await bill(house, '2026-10')).toMatchObject({ quantity: '21', source: 'AVERAGE' })
  })
  it('leaves what a meter has seen as it is', async () => {
    const { house, read } = await houseWithMeter()
    await interrupt(house)
    await read('2026-10', '11')
    // 12.3 b for two persons (kazakhstan.md 4.7).
    expect(await bill(house, '2026-10')).toMatchObject({ quantity: '11', net: '113111' })
  })
  it('takes its days off what is charged by area or person', async () => {
    const house = await makeHouse(db, { flats: 1 })
    await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }])
    await db.sql(`insert into service_interruptions (building_id, interruption_id, service, from_day, to_day, act_number) values ($1, gen_random_uuid(), 'WASTE', '2026-10-01', '2026-10-03', '8')`, [house.buildingId])
    await (await asAccountant(db, house)).caller.billing.run({ buildingId: house.buildingId, period: '2026-10', acceptFindings: false })
    const [row] = await db.sql<{ net: string }>(`select l ->> 'net' as net from bills b, json_array_elements(b.lines::json) l where b.building_id = $1 and l ->> 'key' = 'WASTE'`, [house.buildingId])
    expect(row?.net).toBe('111935') // 2 × 619.64 × 28 / 31
  })
})

describe('the database holds the dated data', () => {
  const insert = (values: string) => db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, valid_to, published_at)
    values (gen_random_uuid(), 'KZ', '99', 'WASTE', 'PERSON', 'person', 10, ${values})`)
  it('refuses a published tariff whose VAT is unknown (settled 8)', async () => {
    await expect(insert(`'UNKNOWN', 'KZT', 'test', '2026-01-01', null, now()`)).rejects.toThrow(/unknown_vat_is_never_published/)
  })
  it('refuses two tariffs at a time, and a change of a published one', async () => {
    await insert(`'NET', 'KZT', 'test', '2026-01-01', '2026-06-30', now()`)
    await expect(insert(`'NET', 'KZT', 'test', '2026-06-30', null, now()`)).rejects.toThrow(/one_tariff_at_a_time/)
    await insert(`'NET', 'KZT', 'test', '2026-07-01', null, now()`)
    await expect(db.sql(`update tariffs set price = 11 where territory_prefix = '99'`)).rejects.toMatchObject({ code: 'UY001' })
    await db.sql(`update tariffs set valid_to = '2026-12-31' where territory_prefix = '99' and valid_to is null`)
  })
})
