import { beforeAll, describe, expect, it } from 'vitest'
import { amountOf, explainChange, pricedLines } from '#server/billing/changes/rules.ts'
import { allExact } from '#server/billing/rules.ts'
import type { BillLine, PricePlan } from '#server/billing/schema.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant, asClerk, asManager } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  await setNow('2026-11-21T05:00:00Z')
})

const waste = [{ service: 'WASTE', method: 'PERSON' }]
type Stored = { number: string; lines: BillLine[]; prices: PricePlan }

/** Bills of a month by the account's number; each is what the preview showed and recomputes. */
async function bill(house: TestHouse, period: string): Promise<Map<string, Stored>> {
  const { caller } = await asAccountant(db, house)
  const preview = await caller.billing.preview({ buildingId: house.buildingId, period })
  await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false, expectedHash: preview.billsHash })
  const rows = await db.sql<Stored>(`select a.number, b.lines, r.prices from bills b join accounts a using (building_id, account_id) join billing_runs r using (building_id, period)
    where b.building_id = $1 and b.period = $2`, [house.buildingId, period])
  for (const row of rows) expect(allExact(row.lines, row.prices)).toBe(true)
  await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx, house.buildingId)).toEqual([]))
  return new Map(rows.map(row => [row.number, row]))
}

const line = (stored: Stored | undefined, key: string) => stored?.lines.find(each => each.key.startsWith(key))
const plain = (found: BillLine | undefined) => found && { quantity: found.quantity, ...(found.parts ? { parts: found.parts } : {}), net: found.net }

describe('contributions by days', () => {
  it('an owner leaves and another comes: each pays for own days, together the whole month', async () => {
    const house = await makeHouse(db, { flats: 2, areas: ['60.00', '45.30'] })
    await arrangeServices(db, house, waste)
    const manager = await asManager(db, house)
    const [unit] = house.premises
    await manager.caller.premises.closeAccount({ buildingId: house.buildingId, accountId: unit!.accountId, closedOn: '2026-10-12', ground: 'Sold' })
    const next = await manager.caller.premises.openAccount({ buildingId: house.buildingId, premisesId: unit!.premisesId, accountId: newId(), openedOn: '2026-10-13' })
    const bills = await bill(house, '2026-10')
    const [old, came, whole] = [bills.get(unit!.accountNumber), bills.get(next.number), bills.get(house.premises[1]!.accountNumber)]
    // 60 m² x 80 x 12 / 31 and x 19 / 31; 60 m² x 21.625 the same.
    expect(plain(line(old, 'MAINTENANCE'))).toEqual({ quantity: '60', parts: [['60', 12]], net: '185806' })
    expect(plain(line(came, 'MAINTENANCE'))).toEqual({ quantity: '60', parts: [['60', 19]], net: '294194' })
    expect(185_806n + 294_194n).toBe(480_000n)
    expect([line(old, 'SAVINGS')?.net, line(came, 'SAVINGS')?.net]).toEqual(['50226', '79524'])
    expect(plain(line(whole, 'MAINTENANCE'))).toEqual({ quantity: '45.3', net: '362400' })
    // What is not by days stays with who is there on the last day.
    expect([line(old, 'WASTE'), line(came, 'WASTE')?.quantity]).toEqual([undefined, '2'])
  })

  it('an account that opened within the month pays the rest of it, and the next month says: days', async () => {
    const house = await makeHouse(db, { flats: 1, areas: ['62.10'] })
    await arrangeServices(db, house, [])
    const [unit] = house.premises
    await db.sql(`update accounts set opened_on = '2026-08-21' where account_id = $1`, [unit!.accountId])
    const august = (await bill(house, '2026-08')).get(unit!.accountNumber)!
    const september = (await bill(house, '2026-09')).get(unit!.accountNumber)!
    expect(plain(line(august, 'MAINTENANCE'))).toEqual({ quantity: '62.1', parts: [['62.1', 11]], net: '176284' })
    const [change] = explainChange(august, september).filter(each => each.service === 'MAINTENANCE')
    expect(change).toEqual({ service: 'MAINTENANCE', change: 496_800n - 176_284n, causes: { tariff: 0n, volume: 0n, people: 0n, days: 496_800n - 176_284n, correction: 0n } })
  })

  it('a wall moved within the month: the days of each area, exact over a change of the rate too', async () => {
    const house = await makeHouse(db, { flats: 1, areas: ['60.00'] })
    await arrangeServices(db, house, [])
    await db.sql(`update contribution_rates set valid_to = '2026-10-20' where building_id = $1 and fund = 'CURRENT'`, [house.buildingId])
    await db.sql(`insert into contribution_rates (building_id, rate_id, fund, premises_kind, per_m2, basis, valid_from) values ($1, $2, 'CURRENT', 'APARTMENT', 90, 'test', '2026-10-21')`, [house.buildingId, newId()])
    const [unit] = house.premises
    await (await asManager(db, house)).caller.premises.correct({ buildingId: house.buildingId, premisesId: unit!.premisesId, areaM2: '65,55', areaFrom: '2026-10-11', ground: 'Redevelopment act' })
    const september = (await bill(house, '2026-09')).get(unit!.accountNumber)!
    expect(plain(line(september, 'MAINTENANCE'))).toEqual({ quantity: '60', net: '480000' })
    const october = (await bill(house, '2026-10')).get(unit!.accountNumber)!
    // (60 x 10 + 65.55 x 10) x 80 / 31, then 65.55 x 11 days of 31 at 90.
    expect(october.lines.filter(each => each.key.startsWith('MAINTENANCE')).map(plain)).toEqual([
      { quantity: '65.55', parts: [['60', 10], ['65.55', 10]], net: '324000' }, { quantity: '65.55', net: '209337' }])
    expect(line(october, 'SAVINGS')?.parts).toEqual([['60', 10], ['65.55', 21]])
    const changes = explainChange(september, october)
    expect(changes.reduce((sum, each) => sum + each.change, 0n)).toBe(amountOf(pricedLines(october)) - amountOf(pricedLines(september)))
    for (const { change, causes } of changes) expect(Object.values(causes).reduce((sum, each) => sum + each, 0n)).toBe(change)
  })

  it('an account closed on the last day pays the whole month; closed before it began, nothing', async () => {
    const house = await makeHouse(db, { flats: 2, areas: ['60.00'] })
    await arrangeServices(db, house, [{ service: 'HEAT', method: 'AREA' }, ...waste])
    await db.sql(`update accounts set closed_on = case account_id when $1 then '2026-10-31'::date else '2026-09-30' end where building_id = $2`, [house.premises[0]!.accountId, house.buildingId])
    const bills = await bill(house, '2026-10')
    expect([...bills.keys()]).toEqual([house.premises[0]!.accountNumber])
    expect(bills.get(house.premises[0]!.accountNumber)?.lines.map(each => [each.key.split('.')[0], each.parts])).toEqual([['HEAT', undefined], ['WASTE', undefined], ['MAINTENANCE', undefined], ['SAVINGS', undefined]])
  })

  it('a day on which one closes and another opens is paid once', async () => {
    const house = await makeHouse(db, { flats: 1, areas: ['60.00'] })
    await arrangeServices(db, house, waste)
    const manager = await asManager(db, house)
    const [unit] = house.premises
    await manager.caller.premises.closeAccount({ buildingId: house.buildingId, accountId: unit!.accountId, closedOn: '2026-10-31', ground: 'Sold' })
    const next = await manager.caller.premises.openAccount({ buildingId: house.buildingId, premisesId: unit!.premisesId, accountId: newId(), openedOn: '2026-10-31' })
    const bills = await bill(house, '2026-10')
    expect([unit!.accountNumber, next.number].map(number => line(bills.get(number), 'MAINTENANCE')?.parts)).toEqual([[['60', 30]], [['60', 1]]])
    expect([unit!.accountNumber, next.number].map(number => line(bills.get(number), 'WASTE')?.net)).toEqual([undefined, '123928'])
  })

  it('an estimate is of who is there on the last day: no gap for who left, charged once, and to nobody where nobody came', async () => {
    const house = await makeHouse(db, { flats: 2, areas: ['60.00'] })
    await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }])
    const manager = await asManager(db, house)
    const [unit, empty] = house.premises
    const meters = [await addMeter(db, house, { premisesId: unit!.premisesId, service: 'COLD_WATER' }), await addMeter(db, house, { premisesId: empty!.premisesId, service: 'COLD_WATER' })]
    for (const each of house.premises) await manager.caller.premises.closeAccount({ buildingId: house.buildingId, accountId: each.accountId, closedOn: '2026-10-12', ground: 'Sold' })
    const next = await manager.caller.premises.openAccount({ buildingId: house.buildingId, premisesId: unit!.premisesId, accountId: newId(), openedOn: '2026-10-13' })
    expect(plain(line((await bill(house, '2026-10')).get(next.number), 'COLD_WATER'))?.quantity).toBe('30')
    expect(await db.sql('select meter_id, volume::text from estimated_volumes where building_id = $1', [house.buildingId])).toEqual([{ meter_id: meters[0], volume: '30.000' }])
    await addReading(db, house, { meterId: meters[0]!, premisesId: unit!.premisesId, period: '2026-11', consumption: '40' })
    await setNow('2026-12-01T05:00:00Z')
    expect(line((await bill(house, '2026-11')).get(next.number), 'COLD_WATER')).toMatchObject({ quantity: '10', before: '30' })
    await setNow('2026-11-21T05:00:00Z')
  })

  it('heat by the house’s meter is shared by the areas of the last day', async () => {
    const house = await makeHouse(db, { flats: 2, areas: ['60.00', '40.00'] })
    await arrangeServices(db, house, [{ service: 'HEAT', method: 'BUILDING_METER' }])
    await addReading(db, house, { meterId: await addMeter(db, house, { premisesId: null, service: 'HEAT' }), premisesId: null, period: '2026-10', consumption: '10' })
    const manager = await asManager(db, house)
    const [unit] = house.premises
    await manager.caller.premises.correct({ buildingId: house.buildingId, premisesId: unit!.premisesId, areaM2: '70', areaFrom: '2026-11-05', ground: 'Redevelopment act' })
    const bills = await bill(house, '2026-10')
    expect(line(bills.get(unit!.accountNumber), 'HEAT')?.quantity).toBe('60')
    expect(line(bills.get(unit!.accountNumber), 'MAINTENANCE')?.net).toBe('480000')
  })
})

describe('a dated area', () => {
  it('is refused in the future, before the one in force, to a clerk and in the twin house', async () => {
    const house = await makeHouse(db)
    const at = { buildingId: house.buildingId, premisesId: house.premises[0]!.premisesId, ground: 'Redevelopment act' }
    const { caller } = await asManager(db, house)
    await expect(caller.premises.correct({ ...at, areaM2: '70', areaFrom: '2026-11-22' })).rejects.toThrow('premises.dateInFuture')
    await caller.premises.correct({ ...at, areaM2: '70', areaFrom: '2026-10-10' })
    await expect(caller.premises.correct({ ...at, areaM2: '71', areaFrom: '2026-10-10' })).rejects.toThrow('premises.laterArea')
    await expect((await asClerk(db, house)).caller.premises.correct({ ...at, areaM2: '72', areaFrom: '2026-10-12' })).rejects.toThrow('premises.mayNotKeepRegister')
    await expect((await asManager(db, await makeHouse(db))).caller.premises.correct({ ...at, areaM2: '72', areaFrom: '2026-10-12' })).rejects.toThrow('common.notFound')
    await caller.premises.correct({ ...at, areaM2: '70.5' })
    expect(await db.sql('select valid_from::text, previous_m2::text, area_m2::text from premises_areas where building_id = $1', [house.buildingId]))
      .toEqual([{ valid_from: '2026-10-10', previous_m2: '50.00', area_m2: '70.50' }])
  })
})
