import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { amountOf, explainChange, pricedLines, sumCauses } from '#server/billing/changes/rules.ts'
import { explainLine, findingInWords, serviceName } from '#server/billing/explanation/rules.ts'
import { allExact } from '#server/billing/rules.ts'
import { previewRows } from '#server/billing/runs/queries.ts'
import { causes, type BillLine, type CommonBy, type PricePlan } from '#server/billing/schema.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { bill, billsOf, common, makeShared, period, seen, sharedTariffs } from '#test/integration/billing/shared-house.ts'
import { asAccountant, asOwner } from '#test/support/actors.ts'
import { addMeter, addReading, billingDatabase } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import type { TestDatabase } from '#test/support/database.ts'
import type { TestHouse } from '#test/support/factories.ts'
import { flatPrice } from '#test/support/prices.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await billingDatabase()
  await sharedTariffs(db)
})

const findingsOf = async (house: TestHouse) => (await (await asAccountant(db, house)).caller.billing.preview({ buildingId: house.buildingId, period })).findings

describe('what is common to the house', () => {
  // 100 less 30 + 20.5 + 25.499: 24.001 m³ × 1000 = 24,001.00: 2,400,100 to share.
  const saw = { used: ['30', '20.5', '25.499'], saw: '100' }
  it.each([
    ['AREA', [['40', '180', '533356', true], ['60', '180', '800033', false], ['80', '180', '1066711', false]]],
    ['PERSONS', [['2', '3', '1600067', true], ['1', '3', '800033', false]]],
    ['EQUAL', [['1', '3', '800034', true], ['1', '3', '800033', false], ['1', '3', '800033', false]]],
  ] as const)('is shared by %s to the last tiyin', async (by, parts) => {
    const house = await makeShared(db, { ...saw, by })
    for (const [index, persons] of [2, 1, 0].entries()) await db.sql('update registered_persons set persons = $3 where building_id = $1 and premises_id = $2', [house.buildingId, house.premises[index]!.premisesId, persons])
    const bills = await bill(db, house)
    const made = common(bills).flat()
    expect(made.reduce((sum, [, , net]) => sum + BigInt(net), 0n)).toBe(2_400_100n)
    // Whose remainder is the largest gets the tiyin; of the same ones, the first of the premises.
    if (by === 'EQUAL') expect(made.map(([, , net]) => net).toSorted()).toEqual(parts.map(([, , net]) => net).toSorted())
    else expect(made).toEqual(parts)
    await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx, house.buildingId)).toEqual([]))
  })

  it('takes what flats are charged: by average too; a flat that pays elsewhere by its own meter, and has no part', async () => {
    const house = await makeShared(db, { used: ['10', null, '7'], saw: '40' })
    const silent = await db.sql<{ meter_id: string }>('select meter_id from meters where premises_id = $1', [house.premises[1]!.premisesId])
    for (const [index, month] of ['2026-07', '2026-08', '2026-09'].entries()) await addReading(db, house, { meterId: silent[0]!.meter_id, premisesId: house.premises[1]!.premisesId, period: month, consumption: String(4 + index) })
    await db.sql(`update premises set kind = 'NON_RESIDENTIAL' where premises_id = $1`, [house.premises[2]!.premisesId])
    const bills = await bill(db, house)
    // 40 − (10 + 5 + 7) = 18.
    expect(bills[0]?.lines.find(line => line.key === 'COLD_WATER.common')?.common).toEqual({ flats: '22', all: '100' })
    expect(common(bills)).toEqual([[['40', '100', '720000', false]], [['60', '100', '1080000', false]]])
  })

  it('is told in three languages, from the house’s meter to the flat’s sum', async () => {
    const house = await makeShared(db, saw)
    const [first] = await bill(db, house)
    const { item, line } = pricedLines(first!).find(each => each.item.by)!
    const plain = (text: string) => text.replaceAll('\u00A0', ' ')
    const told = explainLine(item, line, { say: texts('ru'), locale: 'ru', currency: 'UZS' })
    expect(plain(told.summary)).toBe('Общая часть дома 24,001 м³, ваша доля 40 из 180 м²')
    expect(told.steps.map(step => plain(step.value))).toEqual(['100 − 75,999 = 24,001', '24 001,00', '5 333,56'])
    for (const locale of ['uz', 'kk'] as const) {
      expect(explainLine(item, line, { say: texts(locale), locale, currency: 'UZS' }).summary).toMatch(/24,001.*180.*40/)
      expect(serviceName(item, texts(locale))).toContain(texts(locale)('billing.services.COLD_WATER'))
    }
    const unit = house.premises[0]!
    const seenByOwner = await (await asOwner(db, house, unit)).caller.billing.bill({ number: unit.accountNumber, period })
    expect(seenByOwner.bill.lines.map(each => each.key)).toContain('COLD_WATER.common')
  })

  it('follows the price by days, and the causes of change sum', async () => {
    const house = await makeShared(db, saw)
    const [before] = await bill(db, house)
    await setNow('2026-12-05T05:00:00Z')
    await seen(db, house, { service: 'COLD_WATER', used: ['31', '20', '25'], saw: '107', month: '2026-11' })
    await db.sql('delete from meters where building_id = $1 and meter_id not in (select meter_id from readings where period = $2)', [house.buildingId, '2026-11'])
    const bills = await bill(db, house, '2026-11')
    await setNow('2026-11-21T05:00:00Z')
    // 31 m³ of 30 days: 10 at 1000, 20 at 1300.
    const lines = bills.flatMap(each => each.lines.filter(line => line.key.startsWith('COLD_WATER.common')))
    const sumOf = (key: string) => lines.filter(line => line.key === key).reduce((sum, line) => sum + BigInt(line.net), 0n)
    expect([sumOf('COLD_WATER.common'), sumOf('COLD_WATER.common.2')]).toEqual([1_033_333n, 2_686_667n])
    const changes = explainChange(before!, bills[0]!)
    const sum = sumCauses(changes)
    expect(causes.reduce((all, cause) => all + sum[cause], 0n)).toBe(amountOf(pricedLines(bills[0]!)) - amountOf(pricedLines(before!)))
    expect(sum.tariff > 0n && sum.volume > 0n).toBe(true)
  })

  it('of flats with tiers is charged at the price of houses with a meter; without one it waits, and the flats pay', async () => {
    const priced = await makeShared(db, { place: '1792', service: 'ELECTRICITY', by: 'EQUAL', used: ['180', '201'], saw: '400.5' })
    // 400.5 − 381 = 19.5 kWh × 700.5 = 13,659.75: 1,365,975 between two.
    expect(common(await bill(db, priced)).flat().map(([, , net]) => net).toSorted()).toEqual(['682987', '682988'])
    const tiers = await makeShared(db, { place: '1793', service: 'ELECTRICITY', by: 'EQUAL', used: ['180', '201'], saw: '400.5' })
    expect(await findingsOf(tiers)).toEqual([{ service: 'ELECTRICITY', code: 'noPrice', day: '2026-10-01', kinds: ['APARTMENT'], common: true }])
    expect((await bill(db, tiers)).map(each => each.lines.map(line => line.key))).toEqual([['ELECTRICITY', 'MAINTENANCE.APARTMENT'], ['ELECTRICITY', 'MAINTENANCE.APARTMENT']])
  })
})

describe('what cannot be shared is a finding of the house, and the rest is billed', () => {
  it.each([
    ['noHouseMeter', { used: ['30', '20'], saw: null }, 1],
    ['flatsAboveHouse', { used: ['30', '20'], saw: '49.999' }, 1],
    ['noSharers', { used: ['30', '20'], saw: '60', by: 'PERSONS' as const }, 1],
    ['noCommonShare', { used: ['30', null], saw: '60' }, 2],
  ] as const)('%s', async (code, shape, count) => {
    const house = await makeShared(db, shape)
    if (code === 'noSharers') await db.sql('update registered_persons set persons = 0 where building_id = $1', [house.buildingId])
    // Nobody knows what a flat without a reading used: it is named, and so is the house.
    if (code === 'noCommonShare') await db.sql('delete from registered_persons where building_id = $1', [house.buildingId])
    const findings = await findingsOf(house)
    expect(findings).toHaveLength(count)
    const own = findings.find(each => each.common)
    expect(own).toMatchObject({ service: 'COLD_WATER', code, common: true })
    expect(own).not.toHaveProperty('premisesId')
    for (const locale of ['uz', 'kk', 'ru'] as const) expect(findingInWords(own!, texts(locale))).toContain(texts(locale)('billing.heat.commonName', { service: texts(locale)('billing.services.COLD_WATER') }))
    const { caller } = await asAccountant(db, house)
    await expect(caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })).rejects.toThrow('billing.findingsNotAccepted')
    const bills = await bill(db, house)
    expect(common(bills).flat()).toEqual([])
    expect(bills[0]?.lines.some(line => line.key === 'COLD_WATER')).toBe(true)
  })

  it('nothing is left: no line and no finding; a house that has not decided is charged as ever', async () => {
    const even = await makeShared(db, { used: ['30', '20'], saw: '50' })
    expect(await findingsOf(even)).toEqual([])
    expect(common(await bill(db, even)).flat()).toEqual([])
    const undecided = await makeShared(db, { used: ['30', '20'], saw: '90', by: null })
    expect((await bill(db, undecided)).map(each => each.prices.items.filter(item => item.service === 'COLD_WATER').map(item => item.key))).toEqual([['COLD_WATER'], ['COLD_WATER']])
  })

  it('is kept by the database to services by flats’ meters', async () => {
    const house = await makeShared(db, { used: ['1'], saw: '1' })
    await expect(db.sql(`insert into house_services (building_id, service, valid_from, method, common_shared_by) values ($1, 'HEAT', '2025-01-01', 'AREA', 'AREA')`, [house.buildingId])).rejects.toThrow('common_of_meters')
  })
})

describe('a house’s reading of several months is never shared against one month of the flats', () => {
  const next = '2026-11'
  /** Read in September by all, then by whoever is named; the month before is billed. */
  async function silentHouse({ october, billed = true }: { october: readonly (string | null)[]; billed?: boolean }) {
    const house = await makeShared(db, { used: [null, null], saw: null, areas: ['40', '60'] })
    const flats = await db.sql<{ meter_id: string; premises_id: string }>(`select m.meter_id, m.premises_id from meters m join premises p on p.building_id = m.building_id and p.premises_id = m.premises_id where m.building_id = $1 order by p.number::int`, [house.buildingId])
    const inlet = await addMeter(db, house, { premisesId: null, service: 'COLD_WATER' })
    const read = (flat: number | null, month: string, consumption: string) => addReading(db, house, { meterId: flat === null ? inlet : flats[flat]!.meter_id, premisesId: flat === null ? null : flats[flat]!.premises_id, period: month, consumption })
    for (const flat of [null, 0, 1]) await read(flat, '2026-09', flat === null ? '25' : '10')
    for (const [flat, volume] of october.entries()) if (volume !== null) await read(flat, period, volume)
    if (billed) await bill(db, house)
    return { house, read }
  }
  const november = async ({ house }: Awaited<ReturnType<typeof silentHouse>>) => {
    await setNow('2026-12-05T05:00:00Z')
    const { findings } = await (await asAccountant(db, house)).caller.billing.preview({ buildingId: house.buildingId, period: next })
    const bills = await bill(db, house, next)
    await setNow('2026-11-21T05:00:00Z')
    return { codes: findings.map(each => each.code), bills, shared: bills[0]?.lines.filter(line => line.key.startsWith('COLD_WATER.common')).map(line => line.common?.flats) }
  }

  it('makes up the silent months: less what flats were charged in all of them, by estimate too', async () => {
    const made = await silentHouse({ october: ['10', null] })
    // 65 m³ of two months; flats 10 + 10 (by average) in October, 12 + (19 − 10) in November: 41. 24 m³ are common.
    for (const [flat, volume] of [[null, '65'], [0, '12'], [1, '19']] as const) await made.read(flat, next, volume)
    const { codes, bills, shared } = await november(made)
    expect(codes).toEqual([])
    expect(shared).toEqual(['41', '41'])
    const { item, line } = pricedLines(bills[0]!).find(each => each.item.by)!
    expect(item).toMatchObject({ houseQuantity: '65', earlier: { since: period, flats: '20' } })
    for (const locale of ['uz', 'kk', 'ru'] as const) expect(explainLine(item, line, { say: texts(locale), locale, currency: 'UZS' }).notes.join(' ')).toMatch(/2026/)
  })

  it('shares nothing, and says so, where the month between was never billed; the next whole month is shared', async () => {
    const made = await silentHouse({ october: ['10', '10'], billed: false })
    for (const [flat, volume] of [[null, '65'], [0, '12'], [1, '9']] as const) await made.read(flat, next, volume)
    const { codes, shared } = await november(made)
    expect([codes, shared]).toEqual([['noCommonShare'], []])
    for (const [flat, volume] of [[null, '30'], [0, '12'], [1, '9']] as const) await made.read(flat, '2026-12', volume)
    await setNow('2027-01-05T05:00:00Z')
    const bills = await bill(db, made.house, '2026-12')
    await setNow('2026-11-21T05:00:00Z')
    // December has a reading of November before it, which itself was of two months and is given up.
    expect(bills[0]?.lines.find(line => line.key === 'COLD_WATER.common')?.common?.flats).toBe('21')
  })

  it('waits for every living meter of the house, and takes one that came within the month', async () => {
    const made = await silentHouse({ october: ['10', '10'] })
    for (const [flat, volume] of [[null, '65'], [0, '12'], [1, '9']] as const) await made.read(flat, next, volume)
    const second = await addMeter(db, made.house, { premisesId: null, service: 'COLD_WATER' })
    const codes = async () => (await (await asAccountant(db, made.house)).caller.billing.preview({ buildingId: made.house.buildingId, period: next })).findings.map(each => each.code)
    expect(await codes()).toEqual(['noCommonShare'])
    await db.sql(`update meters set installed_on = '2026-11-10' where meter_id = $1`, [second])
    await addReading(db, made.house, { meterId: second, premisesId: null, period: next, consumption: '5' })
    expect(await codes()).toEqual([])
  })
})

it('houses alike down to the last figure each divide their own', async () => {
  const first = await makeShared(db, { used: ['10', '20'], saw: '50' })
  const second = await makeShared(db, { used: ['10', '20'], saw: '50', organisationId: first.organisationId })
  for (const house of [first, second]) {
    await db.sql(`insert into house_services (building_id, service, valid_from, method) values ($1, 'HEAT', '2025-01-01', 'BUILDING_METER')`, [house.buildingId])
    await addReading(db, house, { meterId: await addMeter(db, house, { premisesId: null, service: 'HEAT' }), premisesId: null, period, consumption: '3' })
  }
  const { caller } = await asAccountant(db, first)
  const { orderId } = await caller.billing.open({ organisationId: first.organisationId, period, acceptFindings: false })
  await caller.billing.continue({ orderId })
  for (const house of [first, second]) {
    const bills = await billsOf(db, house)
    const sumOf = (key: string) => bills.flatMap(each => each.lines.filter(line => line.key === key)).reduce((sum, line) => sum + BigInt(line.net), 0n)
    expect([sumOf('COLD_WATER.common'), sumOf('HEAT')]).toEqual([2_000_000n, 150_000_000n])
  }
})

it('random houses: the parts make the whole, each line is what its inputs give', async () => {
  const house = await makeShared(db, { used: ['3.217', '0', '12.4', '7.001', '9'], saw: null, areas: ['33.37', '45.3', '60.01', '71', '54.6'] })
  for (const [index, unit] of house.premises.entries()) await db.sql('update registered_persons set persons = $2 where premises_id = $1', [unit.premisesId, [3, 0, 1, 7, 2][index]])
  const random = fc.record({ by: fc.constantFrom<CommonBy>('AREA', 'PERSONS', 'EQUAL'), saw: fc.integer({ min: 31_618, max: 90_000 }), price: fc.integer({ min: 1, max: 9_999_999 }), days: fc.integer({ min: 1, max: 31 }), vatBp: fc.constantFrom(0, 1200) })
  await fc.assert(fc.asyncProperty(random, async ({ by, saw, price, days, vatBp }) => {
    const item = flatPrice([String(price / 10_000)], { key: 'COLD_WATER.common', of: 'SHARE', by, houseQuantity: String(saw / 1000), days, vatBp })
    const prices: PricePlan = { items: [flatPrice(['10']), item], volumes: [{ service: 'COLD_WATER', norm: null }] }
    const rows = await serviceTransaction('billing', ctx => previewRows(ctx, { buildingId: house.buildingId, period, prices: JSON.stringify(prices), dueOn: '2026-11-25', currency: 'UZS' }))
    const lines = rows.map(row => JSON.parse(row.lines) as BillLine[])
    expect(lines.every(each => allExact(each, prices))).toBe(true)
    const parts = lines.flat().filter(line => line.key === item.key)
    // (saw − 31.618) × price × 100 × days / 31, once half up.
    const [above, below] = [BigInt(saw - 31_618) * BigInt(price) * BigInt(days), 31n * 100_000n]
    const whole = (2n * above + below) / (2n * below)
    expect(parts).toHaveLength(whole === 0n ? 0 : by === 'PERSONS' ? 4 : 5)
    expect(parts.reduce((sum, line) => sum + BigInt(line.net), 0n)).toBe(whole)
  }), { numRuns: 60 })
})
