import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import indexes from '#prisma/seed/reference/indexes.json' with { type: 'json' }
import file from '#prisma/seed/reference/tariffs.json' with { type: 'json' }
import { recompute } from '#server/billing/charges/rules.ts'
import { valueOn } from '#server/billing/dates/rules.ts'
import { multiplyDecimal, priceOf } from '#server/kernel/quantity.ts'
import { makeItem } from '#test/support/prices.ts'

type Row = (typeof file.tariffs)[number]
const row = (id: string): Row => file.tariffs.find(each => each.id === id) ?? expect.fail(`no ${id}`)

/** The net sum of a published tariff itself, as it is loaded. */
function charge(id: string, quantity: string, { people = 1, days = 30, monthDays = 30, vatBp = 0 } = {}) {
  const { tiers, price, basis } = row(id)
  const of = basis === 'AREA' ? 'AREA' : basis === 'PERSON' ? 'PERSONS' : 'VOLUME'
  return recompute(makeItem({ of, upTo: tiers?.flatMap(tier => tier.upTo ?? []) ?? [], prices: tiers?.map(tier => tier.price) ?? [price ?? ''], perPerson: basis === 'TIERED_PER_PERSON', days, monthDays, vatBp }), { quantity, people, extra: false })
}

describe('the vectors of the published tariffs, on the rows that are loaded (uzbekistan.md 2.7.2, 6; kazakhstan.md 4.7)', () => {
  it.each([['180', 10_800_000n], ['200', 12_000_000n], ['201', 12_080_000n], ['640', 50_000_000n]])('Uzbek electricity of 2025: %s kWh', (kwh, net) => expect(charge('UZ-EL-2025', kwh).net).toBe(net))
  it.each([['200', 9_000_000n], ['201', 9_090_000n], ['350', 22_500_000n], ['1200', 108_000_000n]])('and of 2024: %s kWh', (kwh, net) => expect(charge('UZ-EL-2024', kwh).net).toBe(net))
  it.each([['11', 2, 113_111n], ['4', 1, 38_623n], ['12', 3, 115_870n]])('Almaty water: %s m³ for %i persons; 12.3 b for two', (m3, people, net) => expect(charge('KZ-ALA-WATER-2025', m3, { people }).net).toBe(net))
  it('heat for 13 of 30 days: 43,833.46', () => expect(charge('UZ-TAS-HEAT-DEMO', '54.60', { days: 13 }).net).toBe(4_383_346n))
  it.each([[1200, 69_400n], [1600, 71_878n]])('waste of Kostanay with VAT %i', (vatBp, sum) => {
    const { net, vat } = charge('KZ-KOS-WASTE-2025', '1', { vatBp })
    expect(net + vat).toBe(sum)
  })
  // Limits are for each registered person; the price above the second group is not published.
  it.each([['KZ-KOS-EL-2025', '300', 2, 1_075_900n], ['KZ-KOS-EL-2025-STOVE', '300', 2, 1_011_360n], ['KZ-KOS-EL-2025', '100', 1, 331_300n], ['KZ-KOS-EL-2025-PRIVILEGED', '110', 1, 364_430n], ['KZ-KOS-EL-2025-STOVE-PRIVILEGED', '140', 1, 455_560n]])('%s: %s kWh for %i persons', (id, kwh, people, net) => expect(charge(id, kwh, { people }).net).toBe(net))
  it('water of Tashkent without central hot water: 2,688 for a m³ with sewerage, 37,063.60 for a person', () => {
    expect(charge('UZ-TAS-WATER-2024-NOHOT', '10').net + charge('UZ-TAS-SEWER-2024-NOHOT', '10').net).toBe(2_688_000n)
    expect(charge('UZ-TAS-WATER-2024-NOHOT-PERSON', '2').net).toBe(7_412_720n)
  })
  it.each([['KZ-ALA-HEAT-METER-2025', 4_566_226n], ['KZ-ALA-HEAT-2025', 5_582_486n], ['UZ-TAS-HEAT-2025', 86_713_200n]])('%s: 6.2 Gcal', (id, net) => expect(charge(id, '6.2').net).toBe(net))
})

describe('the norm of gas by month and place (AT-UZ-31), on the rows that are loaded', () => {
  const place = (code: string) => file.tariffs.filter(each => each.service === 'GAS' && !each.demonstration && each.customerClass !== 'OTHER' && code.startsWith(each.territoryPrefix)).toSorted((a, b) => b.territoryPrefix.length - a.territoryPrefix.length)
  const normOn = (code: string, day: string) => place(code).find(each => each.validFrom <= day && (each.validTo ?? '9999') >= day && each.months?.split(',').includes(String(Number(day.slice(5, 7)))))?.tiers?.[0]
  it.each([['1726264', 'Tashkent', '100'], ['1733401', 'Khorezm', '500'], ['1735401', 'Karakalpakstan', '500']])('%s, %s', (code, _name, october) => {
    for (const [year, price] of [['2024', '650'], ['2025', '1000']] as const)
      expect(['06', '09', '10', '11', '12'].map(month => normOn(code, `${year}-${month}-15`))).toEqual(['100', '100', october, '500', '500'].map(upTo => ({ upTo, price })))
    expect(['2025-02-28', '2025-03-01', '2026-02-15', '2026-03-15'].map(day => normOn(code, day)?.upTo)).toEqual(['500', '100', '500', '100'])
  })
})

describe('the monthly calculation index (kazakhstan.md 4.5)', () => {
  const mrp = (day: string) => valueOn({ indexes: indexes.values.filter(each => each.country === 'KZ') }, 'MRP', day) ?? expect.fail(`none on ${day}`)
  it.each([['2015-07-01', '1982', 991n], ['2020-03-31', '2651', 1326n], ['2020-04-01', '2778', 1389n], ['2021-12-31', '2917', 1459n], ['2022-03-31', '3063', 1532n], ['2022-04-01', '3180', 1590n], ['2023-01-01', '3450', 1725n],
    ['2024-12-31', '3692', 1846n], ['2025-06-01', '3932', 1966n], ['2026-06-01', '4325', 2163n]])('%s: %s, and its 0.005 for a square metre', (day, value, least) => {
    expect(mrp(day)).toBe(value)
    expect(priceOf('0.005', value)).toBe(least)
  })
  it.each([['2026-01-31', 129_750n], ['2025-12-31', 117_960n]])('%s: 60 m², multiplied first and rounded once (7.18)', (day, sum) => {
    expect(priceOf('60', multiplyDecimal('0.005', mrp(day)))).toBe(sum)
  })
})

describe('what is loaded', () => {
  it('has a source each, and publishes none whose VAT is not known (settled 8)', () => {
    expect(file.tariffs.filter(each => each.source === '' || (each.published && each.vatMode === 'UNKNOWN'))).toEqual([])
    expect(new Set(file.tariffs.map(each => each.id)).size).toBe(file.tariffs.length)
  })
  it.each(['UZ-EL-2024', 'UZ-EL-2024-STOVE', 'UZ-GAS-2024-WINTER', 'UZ-GAS-2024-SUMMER', 'UZ-EL-2025', 'UZ-EL-2025-STOVE', 'UZ-GAS-2025-WINTER', 'UZ-GAS-2025-OTHER', 'UZ-EL-2016', 'UZ-EL-2023', 'UZ-TAS-HEAT-2016', 'UZ-TAS-HOT-2016-PERSON', 'UZ-TAS-HEAT-2025',
    'UZ-TOB-HEAT-2025', 'UZ-TAS-HEAT-2018', 'UZ-TAS-HOT-2018', 'UZ-TAS-WATER-2024', 'UZ-TAS-WATER-2024-NOHOT', 'UZ-TAS-SEWER-2024-NOHOT', 'UZ-TAS-WATER-2024-NOHOT-PERSON', 'KZ-ALA-WATER-2025', 'KZ-ALA-SEWER-2025', 'KZ-ALA-WATER-2025Q4', 'KZ-ALA-EL-2025', 'KZ-KOS-EL-2025', 'KZ-KOS-EL-2025-PRIVILEGED', 'KZ-ALA-HEAT-METER-2025', 'KZ-ALA-HEAT-2025', 'KZ-KOS-WASTE-2025'])('%s', id => {
    expect(row(id).demonstration).toBe(false)
  })
})

const folder = join(import.meta.dirname, '../../../../shared/data/tariffs_uz_kz_published.json')
type Published = { id: string; blocks?: { to: number | null; price: number }[]; blocks_per_person_month?: { to: number | null; price: number }[]; price?: number; valid_from?: string }
// Only where the folder lies beside this repository (settled 25).
describe.skipIf(!existsSync(folder))('against the real file of published tariffs', () => {
  const { tariffs } = existsSync(folder) ? JSON.parse(readFileSync(folder, 'utf8')) as { tariffs: Published[] } : { tariffs: [] }
  it.each(tariffs.filter(each => file.tariffs.some(known => known.id === each.id)).map(each => [each.id, each] as const))('%s says the same', (id, said) => {
    const known = row(id)
    const blocks = said.blocks ?? said.blocks_per_person_month
    if (blocks) expect(known.tiers?.map(tier => [tier.upTo === null ? null : Number(tier.upTo), Number(tier.price)])).toEqual(blocks.map(block => [block.to, block.price]))
    else if (said.price !== undefined) expect(Number(known.price)).toBe(said.price)
    if (/^\d{4}-\d{2}-\d{2}$/.test(said.valid_from ?? '') && id !== 'UZ-EL-2025') expect(known.validFrom).toBe(said.valid_from)
  })
})

it('the months of energy paid ahead of a rise are a figure with its source, and said not to be checked (uzbekistan.md 6, AT-UZ-32)', () => {
  const rules = indexes.values.filter(each => each.code.startsWith('PREPAID_MONTHS.'))
  expect(rules.map(each => [each.country, each.code, each.value, each.verified])).toEqual([['UZ', 'PREPAID_MONTHS.ELECTRICITY', '2', false], ['UZ', 'PREPAID_MONTHS.GAS', '2', false]])
  for (const each of rules) expect(each.source).toContain('pravouz.com 12347')
})

describe('Almaty water of 2025 (kazakhstan.md 4.7): groups, then one price, then nothing published', () => {
  const inForce = (day: string) => file.tariffs.filter(each => each.territoryPrefix === '75' && each.service === 'COLD_WATER' && each.published && !each.demonstration && each.validFrom <= day && (each.validTo ?? '9999') >= day).map(each => each.id)
  it.each([['2025-01-31', []], ['2025-02-01', ['KZ-ALA-WATER-2025']], ['2025-09-30', ['KZ-ALA-WATER-2025']], ['2025-10-01', ['KZ-ALA-WATER-2025Q4']], ['2025-12-31', ['KZ-ALA-WATER-2025Q4']], ['2026-01-01', []]])('%s', (day, ids) => expect(inForce(day)).toEqual(ids))
  it('11 m³ of two persons at the one price', () => expect(charge('KZ-ALA-WATER-2025Q4', '11', { people: 2 }).net).toBe(81_312n))
})
