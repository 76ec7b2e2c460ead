import { beforeAll, describe, expect, it } from 'vitest'
import { amountOf, explainChange, pricedLines, type MonthLines } from '#server/billing/changes/rules.ts'
import { explainLine } from '#server/billing/explanation/rules.ts'
import { allExact } from '#server/billing/rules.ts'
import type { BillLine, PricePlan } from '#server/billing/schema.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import { newId } from '#server/kernel/ids.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { asAccountant } from '#test/support/actors.ts'
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

async function billed(house: TestHouse, month = period): Promise<MonthLines[]> {
  const { caller } = await asAccountant(db, house)
  await caller.billing.run({ buildingId: house.buildingId, period: month, acceptFindings: false })
  const rows = await db.sql<{ lines: BillLine[]; prices: PricePlan }>(`select b.lines, r.prices from bills b join billing_runs r using (building_id, period)
    join premises p on p.building_id = b.building_id and p.premises_id = b.premises_id where b.building_id = $1 and b.period = $2 order by length(p.number), p.number`, [house.buildingId, month])
  for (const row of rows) expect(allExact(row.lines, row.prices)).toBe(true)
  return rows
}

const ofService = (bill: MonthLines | undefined, service: string) => pricedLines(bill ?? { lines: [], prices: { items: [], volumes: [] } }).filter(each => each.item.service === service)
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

describe('energy paid ahead of a rise of its price (AT-UZ-32)', () => {
  const blocks = (first: string, ...rest: [string | null, string][]) => [{ upTo: '200', price: first }, ...rest.map(([upTo, price]) => ({ upTo, price }))]
  beforeAll(async () => {
    await db.sql(`insert into index_values (country, code, valid_from, value, source, verified) values ('UZ', 'BILL_DUE_DAY', '2000-01-01', 15, 'test', true), ('UZ', 'VAT', '2023-01-01', 12, 'test', true), ('UZ', 'PREPAID_MONTHS.ELECTRICITY', '2018-01-01', 2, 'test rule', false)`)
    for (const [tiers, from, to] of [[blocks('450', ['1000', '900']), '2024-05-01', '2025-04-30'], [blocks('600', ['500', '800'], ['1000', '1000']), '2025-05-01', null]] as const)
      await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, tiers, vat_mode, currency, source, valid_from, valid_to, published_at)
        values ($1, 'UZ', '1799', 'ELECTRICITY', 'VOLUME_TIERED', 'kWh', $2, 'INCLUDED', 'UZS', 'test', $3, $4, now())`, [newId(), JSON.stringify(tiers), from, to])
  })

  /** A house on a meter of electricity; kWh of each flat from April 2025 on, month by month, and what was paid on which day. */
  async function houseWith(used: readonly string[][], paid: readonly (readonly [flat: number, day: string, amount: bigint])[]): Promise<{ house: TestHouse; bill: (month: string) => Promise<MonthLines[]> }> {
    const house = await makeHouse(db, { country: 'UZ', flats: used.length, areas: ['60.00'], territoryCode: '1799264' })
    await arrangeServices(db, house, [{ service: 'ELECTRICITY', method: 'METER' }])
    for (const [index, months] of used.entries()) {
      const { premisesId } = house.premises[index]!
      const meterId = await addMeter(db, house, { premisesId, service: 'ELECTRICITY' })
      for (const [month, consumption] of months.entries()) await addReading(db, house, { meterId, premisesId, period: `2025-0${4 + month}`, consumption })
    }
    for (const [flat, valueDate, amount] of paid) await serviceTransaction('payments', ctx => postToAccount(ctx, { buildingId: house.buildingId, accountId: house.premises[flat]!.accountId, premisesId: house.premises[flat]!.premisesId,
      period: valueDate.slice(0, 7), transactionId: newId(), kind: 'PAYMENT', valueDate, sourceType: 'test', sourceId: newId(), lines: [{ fund: 'CURRENT', amount: -amount, contra: 'BANK' }] }))
    return { house, bill: month => billed(house, month) }
  }
  const energy = (bills: readonly MonthLines[]) => bills.map(bill => ofService(bill, 'ELECTRICITY').map(({ line }) => [line.quantity, line.prepaid?.left, line.net]))

  it('300 kWh prepaid on 1 May: the first 200 at the old price, the rest at the new price of its block; previewed twice and posted the same, told in words', async () => {
    const { house, bill } = await houseWith([['100', '300', '100']], [[0, '2025-04-20', 18_000_000n]])
    await db.sql('delete from contribution_rates where building_id = $1', [house.buildingId])
    expect(energy(await bill('2025-04'))).toEqual([[['100', undefined, '4500000']]])
    const { caller } = await asAccountant(db, house)
    const hashes = [await caller.billing.preview({ buildingId: house.buildingId, period: '2025-05' }), await caller.billing.preview({ buildingId: house.buildingId, period: '2025-05' })].map(each => each.billsHash)
    const may = await bill('2025-05')
    expect(energy(may)).toEqual([[['300', '300', '17000000']]])
    const [run] = await db.sql<{ hash: string }>(`select encode(bills_hash, 'hex') as hash from billing_runs where building_id = $1 and period = '2025-05'`, [house.buildingId])
    expect(hashes).toEqual([run?.hash, run?.hash])
    const [{ item, line }] = ofService(may[0], 'ELECTRICITY') as [ReturnType<typeof pricedLines>[number]]
    for (const [locale, first, note] of [['ru', /^200 кВт·ч × 450, цена до 01\.05\.2025/, /оплачено вперёд.* 300 кВт·ч.* 200 кВт·ч .*2 мес/], ['uz', /^200 kVt·soat × 450, 01\.05\.2025 gacha/, /oldindan toʻlangan .*300 kVt·soat.*200 kVt·soat.* 2 oy/], ['kk', /^200 кВт·сағ × 450, 01\.05\.2025 дейінгі/, /алдын ала төленіп.* 300 кВт·сағ.*200 кВт·сағ.* 2 ай/]] as const) {
      const told = explainLine(item, line, { say: texts(locale), locale, currency: 'UZS' })
      expect(told.steps.map(step => step.value.replaceAll('\u00A0', ' '))).toEqual(['90 000', '80 000'])
      expect(told.steps[0]?.text.replaceAll('\u00A0', ' ')).toMatch(first)
      expect(told.notes[0]?.replaceAll('\u00A0', ' ')).toMatch(note)
      expect(told.notes[1]?.replaceAll('\u00A0', ' ')).toMatch(/135 000.*45 000.* 450 .*300/)
      expect(told.notes[2]).toContain('test rule')
    }
    expect(line.prepaid).toEqual({ left: '300', used: '0', advance: '13500000', part: '4500000', whole: '4500000' })
    // 300 kWh were used of 300: nothing is left.
    expect(energy(await bill('2025-06'))).toEqual([[['100', undefined, '6000000']]])
  })

  it('what is left goes into the second month and no further; nothing for who paid on the day of the rise, or was not ahead', async () => {
    const { house, bill } = await houseWith([['100', '180', '250', '50'], ['100', '180', '250', '50'], ['100', '180', '250', '50']], [[0, '2025-04-20', 18_000_000n], [1, '2025-05-01', 18_000_000n], [2, '2025-04-30', 4_500_000n]])
    await db.sql('delete from contribution_rates where building_id = $1', [house.buildingId])
    await bill('2025-04')
    expect(energy(await bill('2025-05'))).toEqual([[['180', '300', '8100000']], [['180', undefined, '10800000']], [['180', undefined, '10800000']]])
    // 120 at 450, 80 at 600, 50 at 800.
    expect(energy(await bill('2025-06'))).toEqual([[['250', '120', '14200000']], [['250', undefined, '16000000']], [['250', undefined, '16000000']]])
    expect(energy(await bill('2025-07')).map(([line]) => line?.[1])).toEqual([undefined, undefined, undefined])
  })

  it('a third month is over the term though much is left; why it differs from last month is the tariff', async () => {
    const { house, bill } = await houseWith([['100', '100', '100', '100']], [[0, '2025-04-20', 45_000_000n]])
    await db.sql('delete from contribution_rates where building_id = $1', [house.buildingId])
    const [april, may, june, july] = [await bill('2025-04'), await bill('2025-05'), await bill('2025-06'), await bill('2025-07')]
    expect([april, may, june, july].map(each => energy(each)[0]?.[0]?.slice(1))).toEqual([[undefined, '4500000'], ['900', '4500000'], ['800', '4500000'], [undefined, '6000000']])
    expect(explainChange(june![0]!, july![0]!)).toMatchObject([{ change: 1_500_000n, causes: { tariff: 1_500_000n, volume: 0n, correction: 0n } }])
  })

  it('a bill counted anew is the same; a reading corrected afterwards takes the old price and the prepaid volume as far as they were left', async () => {
    const { house, bill } = await houseWith([['100', '100', '250']], [[0, '2025-04-20', 18_000_000n]])
    await db.sql('delete from contribution_rates where building_id = $1', [house.buildingId])
    await bill('2025-04')
    expect(energy(await bill('2025-05'))).toEqual([[['100', '300', '4500000']]])
    const { caller } = await asAccountant(db, house)
    await expect(caller.billing.draftCorrection({ correctionId: newId(), number: house.premises[0]!.accountNumber, period: '2025-05', ground: 'nothing has changed' })).rejects.toThrow('billing.nothingToCorrect')
    const corrected = newId()
    await db.sql(`with old as (update readings set superseded_by = $2, superseded_at = now() where building_id = $1 and period = '2025-05' returning *)
      insert into readings (building_id, meter_id, taken_on, reading_id, premises_id, period, register_values, consumption, register_consumptions, state, source, submitted_at, supersedes_reading_id, billed_difference, billed_through)
      select o.building_id, o.meter_id, o.taken_on, $2, o.premises_id, o.period, array[400], 300, array[300], o.state, o.source, o.submitted_at, o.reading_id, 200, '2025-05' from old o`, [house.buildingId, corrected])
    const june = await bill('2025-06')
    // 200 at 450 and 100 at 800 instead of 100 at 450; nothing is left for June.
    expect(energy(june)).toEqual([[['250', undefined, '16000000'], ['1', undefined, '12500000']]])
    expect(ofService(june[0], 'ELECTRICITY')[1]?.line.volumes).toMatchObject([{ period: '2025-05', quantity: '100', difference: '200', left: '300', prepaid: { price: '450' } }])
  })

  it('who moves in within the month has the whole norm of it (uzbekistan.md 6)', async () => {
    const { house, bill } = await houseWith([['100', '250']], [])
    await db.sql(`update accounts set opened_on = '2025-05-16' where building_id = $1`, [house.buildingId])
    expect(energy(await bill('2025-05'))).toEqual([[['250', undefined, '16000000']]])
  })

  it('of an advance in one sum the service has as much as it was of the bill of the month before; a house where nobody was ahead has the plan it would have had', async () => {
    // April: 45,000 of energy and 4,800 of contributions; as much again was paid ahead: 45,000 / 450 = 100 kWh.
    const { bill } = await houseWith([['100', '150']], [[0, '2025-04-20', 9_960_000n]])
    await bill('2025-04')
    expect(energy(await bill('2025-05'))).toEqual([[['150', '100', '7500000']]])
    const { bill: other } = await houseWith([['100', '150']], [])
    await other('2025-04')
    const [plain] = await other('2025-05')
    expect(plain?.prices.items.some(each => each.prepaid !== undefined)).toBe(false)
    expect(energy([plain!])).toEqual([[['150', undefined, '9000000']]])
  })
})
