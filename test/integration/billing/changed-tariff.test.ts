import { beforeAll, describe, expect, it } from 'vitest'
import { amountOf, explainChange } from '#server/billing/changes/rules.ts'
import { explainLine } from '#server/billing/explanation/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { newId } from '#server/kernel/ids.ts'
import { billMonth, ofService } from '#test/integration/billing/bill-lines.ts'
import { addMeter, addReading, arrangeServices } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  await db.sql(`insert into index_values (country, code, valid_from, value, source, verified) values ('KZ', 'VAT', '2026-01-01', 16, 'test', true), ('KZ', 'MRP', '2026-01-01', 4325, 'test', true), ('KZ', 'BILL_DUE_DAY', '2000-01-01', 25, 'test', true)`)
})

const period = '2026-10'
type Figure = { service: string; basis: string; unit: string; price?: string; tiers?: { upTo: string | null; price: string }[]; from: string; to?: string; stove?: boolean; privileged?: boolean; months?: string; vatRate?: string; demonstration?: boolean; customerClass?: string }

let places = 10
/** A house of a place of its own, so that its tariffs are its own too. */
async function placeWith(tariffs: readonly Figure[], { persons = 2, flats = 1 }: { persons?: number; flats?: number } = {}): Promise<TestHouse> {
  places += 1
  for (const each of tariffs) await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, tiers, stove, privileged, months, vat_mode, vat_rate, currency, source, valid_from, valid_to, demonstration, customer_class, published_at)
    values ($1, 'KZ', $2, $3, $4, $5, $6, $7, $8, $9, $10, 'NET', $11, 'KZT', 'test', $12, $13, $14, $15, now())`, [newId(), `99${places}`, each.service, each.basis, each.unit, each.price ?? null, each.tiers ? JSON.stringify(each.tiers) : null,
    each.stove ?? null, each.privileged ?? null, each.months ?? null, each.vatRate ?? null, each.from, each.to ?? null, each.demonstration ?? false, each.customerClass ?? 'POPULATION'])
  return makeHouse(db, { country: 'KZ', flats, persons, areas: ['60.00', '45.30'], territoryCode: `99${places}00000` })
}

async function metered(house: TestHouse, service: string, consumption: string, month = period): Promise<void> {
  for (const unit of house.premises) await addReading(db, house, { meterId: await addMeter(db, house, { premisesId: unit.premisesId, service }), premisesId: unit.premisesId, period: month, consumption })
}

const billed = (house: TestHouse, month: string = period) => billMonth(db, house, month)
const tiers = [{ upTo: '3', price: '91.96' }, { upTo: '5', price: '110.352' }, { upTo: '10', price: '137.94' }, { upTo: null, price: '183.92' }]

describe('a tariff that changes within a month', () => {
  it('splits the period by days, also when tiers become one price: each line exact, and told with its days', async () => {
    const house = await placeWith([
      { service: 'COLD_WATER', basis: 'TIERED_PER_PERSON', unit: 'm3', tiers, from: '2025-02-01', to: '2026-10-10' },
      { service: 'COLD_WATER', basis: 'VOLUME', unit: 'm3', price: '73.92', from: '2026-10-11', to: '2026-10-20' },
      { service: 'COLD_WATER', basis: 'TIERED_PER_PERSON', unit: 'm3', tiers, from: '2026-10-21' }])
    await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }])
    await metered(house, 'COLD_WATER', '11')
    const [bill] = await billed(house)
    const lines = ofService(bill, 'COLD_WATER')
    // 12.3 b = 1,131.108 of the month: 10 and 11 days of 31; 11 m³ x 73.92 = 813.12: 10 days.
    expect(lines.map(({ line }) => [line.key, line.quantity, line.net, line.vat])).toEqual([
      ['COLD_WATER', '11', '36487', '5838'], ['COLD_WATER.2', '11', '26230', '4197'], ['COLD_WATER.3', '11', '40136', '6422']])
    expect(lines.map(({ item }) => [item.days, item.from, item.to])).toEqual([[10, '2026-10-01', '2026-10-10'], [10, '2026-10-11', '2026-10-20'], [11, '2026-10-21', '2026-10-31']])
    const [, flat] = lines
    const told = explainLine(flat!.item, flat!.line, { say: texts('ru'), locale: 'ru', currency: 'KZT' })
    expect(told.summary.replaceAll('\u00A0', ' ')).toBe('11 м³, с 11 октября по 20 октября')
    expect(told.steps.map(step => step.value.replaceAll('\u00A0', ' '))).toEqual(['813,12', '× 10 / 31'])
    for (const locale of ['uz', 'kk'] as const) expect(explainLine(flat!.item, flat!.line, { say: texts(locale), locale, currency: 'KZT' }).summary).toMatch(/11.*20/)
  })

  it('why it differs from last month: the causes sum to the change, and the tariff is the cause', async () => {
    const house = await placeWith([{ service: 'COLD_WATER', basis: 'VOLUME', unit: 'm3', price: '100', from: '2025-01-01', to: '2026-10-15' }, { service: 'COLD_WATER', basis: 'VOLUME', unit: 'm3', price: '131', from: '2026-10-16' }])
    await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }])
    const meterId = await addMeter(db, house, { premisesId: house.premises[0]!.premisesId, service: 'COLD_WATER' })
    for (const month of ['2026-09', period]) await addReading(db, house, { meterId, premisesId: house.premises[0]!.premisesId, period: month, consumption: '10' })
    const [before] = await billed(house, '2026-09')
    const [after] = await billed(house)
    const water = explainChange(before!, after!).find(each => each.service === 'COLD_WATER')
    expect(water?.change).toBe(amountOf(ofService(after, 'COLD_WATER')) - amountOf(ofService(before, 'COLD_WATER')))
    expect(water?.causes).toMatchObject({ tariff: water?.change, volume: 0n, people: 0n, days: 0n, correction: 0n })
  })

  it('prices the heat of the house by the days of each price, and divides both to the last minor unit', async () => {
    const house = await placeWith([{ service: 'HEAT', basis: 'GCAL', unit: 'Gcal', price: '7364.88', from: '2025-09-01', to: '2026-10-10' }, { service: 'HEAT', basis: 'GCAL', unit: 'Gcal', price: '9004.01', from: '2026-10-11' }], { flats: 3 })
    await arrangeServices(db, house, [{ service: 'HEAT', method: 'BUILDING_METER' }])
    await addReading(db, house, { meterId: await addMeter(db, house, { premisesId: null, service: 'HEAT' }), premisesId: null, period, consumption: '6.2' })
    const bills = await billed(house)
    const nets = [0, 1].map(place => bills.reduce((sum, bill) => sum + BigInt(ofService(bill, 'HEAT')[place]?.line.net ?? 0), 0n))
    // 6.2 x 7364.88 x 10/31 = 14,729.76; 6.2 x 9004.01 x 21/31 = 37,816.842 (x 100, once half up).
    expect(nets).toEqual([1_472_976n, 3_781_684n])
    const [{ item, line } = { item: null, line: null }] = ofService(bills[0], 'HEAT')
    expect(explainLine(item!, line!, { say: texts('ru'), locale: 'ru', currency: 'KZT' }).steps.map(step => step.value.replaceAll('\u00A0', ' '))).toEqual(['', '14 729,76', expect.any(String)])
  })

  it('is not split by a tariff that these flats do not have', async () => {
    const house = await placeWith([
      { service: 'ELECTRICITY', basis: 'VOLUME', unit: 'kWh', price: '28.55', stove: false, from: '2026-01-01' },
      { service: 'ELECTRICITY', basis: 'VOLUME', unit: 'kWh', price: '20', stove: true, from: '2026-01-01', to: '2026-10-10' }, { service: 'ELECTRICITY', basis: 'VOLUME', unit: 'kWh', price: '21', stove: true, from: '2026-10-11' },
      { service: 'ELECTRICITY', basis: 'VOLUME', unit: 'kWh', price: '1', demonstration: true, from: '2026-10-17' }], { flats: 2 })
    await db.sql('update premises set electric_stove = true where premises_id = $1', [house.premises[1]!.premisesId])
    await arrangeServices(db, house, [{ service: 'ELECTRICITY', method: 'METER' }])
    await metered(house, 'ELECTRICITY', '100')
    const [plain, stove] = await billed(house)
    expect(ofService(plain, 'ELECTRICITY').map(({ line, item }) => [line.key, line.net, item.days, item.from])).toEqual([['ELECTRICITY.plain', '285500', 31, undefined]])
    expect(ofService(stove, 'ELECTRICITY').map(({ item }) => item.days)).toEqual([10, 21])
  })

  it('takes the rate of VAT that the act names, and the law’s where it names none', async () => {
    const house = await placeWith([{ service: 'WASTE', basis: 'PERSON', unit: 'person', price: '100', vatRate: '5', from: '2026-01-01', to: '2026-10-31' }, { service: 'LIFT', basis: 'AREA', unit: 'm2', price: '10', from: '2026-01-01' }])
    await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }, { service: 'LIFT', method: 'AREA' }])
    const [bill] = await billed(house)
    expect([...ofService(bill, 'WASTE'), ...ofService(bill, 'LIFT')].map(({ item, line }) => [item.vatBp, line.vat])).toEqual([[500, '1000'], [1600, '9600']])
  })
})

describe('the customer class', () => {
  it('a shop pays the price of other customers, the flats above and below it their own', async () => {
    const house = await placeWith([{ service: 'COLD_WATER', basis: 'VOLUME', unit: 'm3', price: '100', from: '2026-01-01' }, { service: 'COLD_WATER', basis: 'VOLUME', unit: 'm3', price: '300', from: '2026-01-01', customerClass: 'OTHER' }], { flats: 2 })
    await db.sql(`update premises set kind = 'NON_RESIDENTIAL' where premises_id = $1`, [house.premises[1]!.premisesId])
    await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER', kinds: ['APARTMENT', 'NON_RESIDENTIAL'] }])
    await metered(house, 'COLD_WATER', '10')
    const bills = await billed(house)
    expect(bills.map(bill => ofService(bill, 'COLD_WATER').map(({ line }) => [line.key, line.net]))).toEqual([[['COLD_WATER', '100000']], [['COLD_WATER.other', '300000']]])
  })
})

describe('dated facts of a flat', () => {
  it('whoever is away is charged by person for the days they are there, from the day after applying; tiers count the first day of the month', async () => {
    const house = await placeWith([{ service: 'WASTE', basis: 'PERSON', unit: 'person', price: '100', from: '2026-01-01' }, { service: 'COLD_WATER', basis: 'TIERED_PER_PERSON', unit: 'm3', tiers, from: '2026-01-01' }], { persons: 3, flats: 5 })
    await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }, { service: 'COLD_WATER', method: 'METER' }])
    await metered(house, 'COLD_WATER', '12')
    const away = (flat: number, [from, to, applied]: readonly [string, string | null, string], persons = 2) => db.sql(`insert into person_absences (building_id, absence_id, premises_id, persons, from_day, to_day, ground, recorded_at) values ($1, $2, $3, $7, $4, $5, 'test', $6)`,
      [house.buildingId, newId(), house.premises[flat]!.premisesId, from, to, `${applied}T06:00:00Z`, persons])
    await away(0, ['2026-09-10', '2026-11-30', '2026-09-10'])
    await away(1, ['2026-10-02', null, '2026-10-11'])
    await away(2, ['2026-10-06', '2026-10-10', '2026-10-01'])
    await away(3, ['2026-09-10', null, '2026-11-02'])
    // Two at once, one of whom comes back; nobody is fewer than nobody.
    await away(4, ['2026-10-01', '2026-10-20', '2026-09-01'])
    await away(4, ['2026-10-11', null, '2026-09-01'])
    const lines = (await billed(house)).map(bill => ({ waste: ofService(bill, 'WASTE')[0]?.line, water: ofService(bill, 'COLD_WATER')[0]?.line }))
    expect(lines.map(({ waste }) => [waste?.quantity, waste?.parts, waste?.net])).toEqual([
      ['1', undefined, '10000'], ['1', [['3', 11], ['1', 20]], '17097'], ['3', [['3', 5], ['1', 5], ['3', 21]], '26774'], ['3', [['3', 31]], '30000'], ['1', [['1', 10], ['0', 10], ['1', 11]], '6774']])
    expect(lines.map(({ water }) => water?.people)).toEqual([1, 3, 3, 1, 1])
  })

  it('a flat with a privilege of a service is charged by the tariff that has this condition, the others by the common one', async () => {
    const house = await placeWith([
      { service: 'ELECTRICITY', basis: 'TIERED_PER_PERSON', unit: 'kWh', tiers: [{ upTo: '90', price: '20' }, { upTo: null, price: '40' }], from: '2026-01-01' },
      { service: 'ELECTRICITY', basis: 'TIERED_PER_PERSON', unit: 'kWh', tiers: [{ upTo: '115', price: '20' }, { upTo: null, price: '40' }], privileged: true, from: '2026-01-01' }], { persons: 1, flats: 2 })
    await arrangeServices(db, house, [{ service: 'ELECTRICITY', method: 'METER' }])
    await metered(house, 'ELECTRICITY', '120')
    await db.sql(`insert into premises_privileges (building_id, privilege_id, premises_id, service, valid_from, valid_to, ground) values ($1, $2, $3, 'ELECTRICITY', '2026-01-01', '2026-12-31', 'test')`, [house.buildingId, newId(), house.premises[1]!.premisesId])
    const bills = await billed(house)
    expect(bills.map(bill => ofService(bill, 'ELECTRICITY').map(({ line }) => [line.key, line.net]))).toEqual([[['ELECTRICITY', '300000']], [['ELECTRICITY.privileged', '250000']]])
  })
})
