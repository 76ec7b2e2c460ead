import { beforeAll, describe, expect, it } from 'vitest'
import { amountOf, explainChange, pricedLines } from '#server/billing/changes/rules.ts'
import { explainLine } from '#server/billing/explanation/rules.ts'
import { allExact } from '#server/billing/rules.ts'
import { inputsInWords } from '#server/billing/inputs/rules.ts'
import type { BillLine, PricePlan } from '#server/billing/schema.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant, asClerk, asManager, asOwner } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices, billingDatabase } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => { db = await billingDatabase() })

const waste = [{ service: 'WASTE', method: 'PERSON' }]
type Stored = { number: string; lines: BillLine[]; prices: PricePlan }

/** Bills of a month by the account's number; each is what the preview showed and recomputes. */
async function bill(house: TestHouse, period: string): Promise<Map<string, Stored>> {
  const { caller } = await asAccountant(db, house)
  const preview = await caller.billing.preview({ buildingId: house.buildingId, period })
  await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false, expectedHash: preview.billsHash })
  const rows = await db.sql<Stored>(`select a.number, b.lines::json as lines, r.prices from bills b join accounts a using (building_id, account_id) join billing_runs r using (building_id, period)
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
    // 2 x 619.64 x 12 / 31 and x 19 / 31.
    expect([plain(line(old, 'WASTE')), plain(line(came, 'WASTE'))]).toEqual([{ quantity: '2', parts: [['2', 12]], net: '47972' }, { quantity: '2', parts: [['2', 19]], net: '75956' }])
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
    expect([unit!.accountNumber, next.number].map(number => line(bills.get(number), 'WASTE')?.parts)).toEqual([[['2', 30]], [['2', 1]]])
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

  it('services by area, person and account: each pays for own days, of a season that begins within them too, with VAT once on each line', async () => {
    const house = await makeHouse(db, { flats: 2, areas: ['60.00', '45.30'], territoryCode: '980010000' })
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, published_at) values
      (gen_random_uuid(), 'KZ', '98', 'HEAT', 'AREA', 'm2', 310, 'NET', 'KZT', 'test', '2025-01-01', now()), (gen_random_uuid(), 'KZ', '98', 'LIFT', 'FIXED', 'account', 930, 'NONE', 'KZT', 'test', '2025-01-01', now()),
      (gen_random_uuid(), 'KZ', '98', 'WASTE', 'PERSON', 'person', 620, 'NET', 'KZT', 'test', '2025-01-01', now())`)
    await db.sql(`insert into service_seasons (season_id, country, territory_prefix, service, from_day, to_day, source) values (gen_random_uuid(), 'KZ', '98', 'HEAT', '2026-10-07', '2027-04-15', 'test')`)
    await arrangeServices(db, house, [{ service: 'HEAT', method: 'AREA', seasonal: true }, { service: 'LIFT', method: 'FIXED' }, ...waste])
    await db.sql(`insert into service_interruptions (building_id, interruption_id, service, from_day, to_day, act_number) values ($1, gen_random_uuid(), 'HEAT', '2026-10-11', '2026-10-14', '7')`, [house.buildingId])
    const manager = await asManager(db, house)
    const [unit, whole] = house.premises
    await manager.caller.premises.closeAccount({ buildingId: house.buildingId, accountId: unit!.accountId, closedOn: '2026-10-12', ground: 'Sold' })
    const next = await manager.caller.premises.openAccount({ buildingId: house.buildingId, premisesId: unit!.premisesId, accountId: newId(), openedOn: '2026-10-13' })
    const bills = await bill(house, '2026-10')
    const of = (number: string) => (['HEAT', 'LIFT', 'WASTE'] as const).map(key => { const found = line(bills.get(number), key); return [found?.parts, found?.net, found?.vat] })
    // 60 m² x 4 and 17 days of 21 x 310 / 31; 930 x 12 and 19 / 31; 2 x 620 x 12 and 19 / 31.
    expect(of(unit!.accountNumber)).toEqual([[[['60', 4]], '240000', '38400'], [[['1', 12]], '36000', '0'], [[['2', 12]], '48000', '7680']])
    expect(of(next.number)).toEqual([[[['60', 17]], '1020000', '163200'], [[['1', 19]], '57000', '0'], [[['2', 19]], '76000', '12160']])
    expect(of(whole!.accountNumber)).toEqual([[undefined, '951300', '152208'], [undefined, '93000', '0'], [undefined, '124000', '19840']])
  })

  it('persons registered within the month are counted by days; the same number again changes nothing', async () => {
    const house = await makeHouse(db, { flats: 2 })
    await arrangeServices(db, house, waste)
    const [unit, same] = house.premises
    await db.sql(`insert into registered_persons (building_id, premises_id, valid_from, persons) values ($1, $2, '2026-10-11', 3), ($1, $2, '2026-10-21', 0), ($1, $3, '2026-10-11', 2)`, [house.buildingId, unit!.premisesId, same!.premisesId])
    const bills = await bill(house, '2026-10')
    expect([unit, same].map(each => plain(line(bills.get(each!.accountNumber), 'WASTE')))).toEqual([
      // (2 x 10 + 3 x 10) x 619.64 / 31.
      { quantity: '0', parts: [['2', 10], ['3', 10], ['0', 11]], net: '99942' }, { quantity: '2', net: '123928' }])
    const changed = bills.get(unit!.accountNumber)
    const words = (locale: Locale) => { const { summary, steps } = explainLine(pricedLines(changed!).find(each => each.item.service === 'WASTE')!.item, line(changed, 'WASTE')!, { say: texts(locale), locale, currency: 'KZT' }); return [summary, ...steps.map(step => step.text)] }
    expect(words('ru')).toEqual(['Человек по регистрации: 2; 3; 0, 31 из 31 дней месяца', '2 чел. × 10 дней', '3 чел. × 10 дней', '0 чел. × 11 дней', 'Цена за месяц 619,64, дней в месяце 31'])
    expect([words('uz')[1], words('kk')[1]]).toEqual(['2 kishi × 10 kun', '2 адам × 10 күн'])
    // Whoever lives there sees every number that was counted, each since when.
    const { facts } = await (await asOwner(db, house, unit!)).caller.billing.inputs({ number: unit!.accountNumber, period: '2026-10' })
    expect(inputsInWords(facts, texts('ru')).find(each => each.subject === 'PERSONS')).toMatchObject({ value: '2; 3; 0', notes: [expect.stringMatching(/^2: с /), expect.stringMatching(/^3: с 11\.10\.2026/), expect.stringMatching(/^0: с 21\.10\.2026/)] })
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
