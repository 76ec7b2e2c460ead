import { describe, expect, it } from 'vitest'
import { basisPoints } from '#server/billing/dates/rules.ts'
import type { ContributionRate } from '#server/billing/contributions/rules.ts'
import { servedDays } from '#server/billing/served/rules.ts'
import { planPrices, type HouseFacts, type HouseService, type Tariff } from '#server/billing/tariffs/rules.ts'

const tariff = (change: Partial<Tariff> = {}): Tariff => ({
  tariffId: 't', territoryPrefix: '75', service: 'COLD_WATER', basis: 'VOLUME', unit: 'm3', price: '100', tiers: null, stove: null, metered: null,
  buildingMeter: null, privileged: null, months: null, vatMode: 'NET', vatRate: null, actId: null, source: 'test', demonstration: false, verified: true, published: true,
  validFrom: '2025-01-01', validTo: null, ...change,
})
const service = (change: Partial<HouseService> = {}): HouseService =>
  ({ service: 'COLD_WATER', method: 'METER', volumeOf: [], kinds: ['APARTMENT'], seasonal: false, validFrom: '2025-01-01', validTo: null, ...change })
const facts = (change: Partial<HouseFacts> = {}): HouseFacts => ({
  period: '2026-01', services: [service()], tariffs: [tariff()], norms: [], seasons: [], interruptions: [], rates: [], buildingVolumes: [], kinds: [], stoves: [false], privileges: [], penalties: [],
  indexes: [{ code: 'VAT', validFrom: '2009-01-01', value: '12' }, { code: 'VAT', validFrom: '2026-01-01', value: '16' }, { code: 'MRP', validFrom: '2026-01-01', value: '4325' }],
  ...change,
})

describe('the price in force', () => {
  it('takes the VAT of the month (kazakhstan.md 4.7)', () => {
    expect(planPrices(facts()).plan.items[0]?.vatBp).toBe(1600)
    expect(planPrices(facts({ period: '2025-12' })).plan.items[0]?.vatBp).toBe(1200)
  })
  it('never carries an expired tariff on (settled 9)', () => {
    const planned = planPrices(facts({ tariffs: [tariff({ validTo: '2025-12-31' })] }))
    expect(planned.plan.items).toEqual([])
    expect(planned.findings).toEqual([{ service: 'COLD_WATER', code: 'noPrice', day: '2026-01-01', kinds: ['APARTMENT'] }])
  })
  it('stops where the tariff ends within the month', () => {
    expect(planPrices(facts({ tariffs: [tariff({ validTo: '2026-01-20' })] })).findings).toEqual([{ service: 'COLD_WATER', code: 'noPrice', day: '2026-01-21', kinds: ['APARTMENT'] }])
  })
  it('splits the month where the price changes', () => {
    const { plan } = planPrices(facts({ tariffs: [tariff({ validTo: '2026-01-10' }), tariff({ price: '120', validFrom: '2026-01-11' })] }))
    expect(plan.items.map(item => [item.key, item.prices[0], item.days])).toEqual([['COLD_WATER', '100', 10], ['COLD_WATER.2', '120', 21]])
  })
  it('refuses a tariff whose VAT is unknown, and one that is not published', () => {
    expect(planPrices(facts({ tariffs: [tariff({ vatMode: 'UNKNOWN', published: false })] })).findings[0]?.code).toBe('vatUnknown')
    expect(planPrices(facts({ tariffs: [tariff({ published: false })] })).findings[0]?.code).toBe('noPrice')
  })
  it('prefers the nearer territory and the narrower condition', () => {
    const { plan } = planPrices(facts({ tariffs: [tariff({ territoryPrefix: '', price: '1' }), tariff({ price: '2' }), tariff({ price: '3', months: '1,2' })] }))
    expect(plan.items.map(item => item.prices[0])).toEqual(['3'])
  })
  it('makes a price for flats with and without an electric stove', () => {
    const { plan } = planPrices(facts({ stoves: [true, false], tariffs: [tariff({ stove: false, price: '1' }), tariff({ stove: true, price: '2' })] }))
    expect(plan.items.map(item => [item.key, item.stove, item.prices[0]])).toEqual([['COLD_WATER.plain', false, '1'], ['COLD_WATER.stove', true, '2']])
  })
  it('charges flats without a meter by person where such a price is published', () => {
    const { plan } = planPrices(facts({ tariffs: [tariff({ metered: true }), tariff({ metered: false, basis: 'PERSON', unit: 'person', price: '490' })] }))
    expect(plan.items.map(item => [item.of, item.metered])).toEqual([['VOLUME', true], ['PERSONS', false]])
  })
  it('leaves houses with meters to the price of a volume where a price by person says nothing of meters', () => {
    const { plan } = planPrices(facts({ tariffs: [tariff({ price: '2' }), tariff({ basis: 'PERSON', unit: 'person', price: '490', territoryPrefix: '7511' })] }))
    expect(plan.items.map(item => [item.of, item.prices[0]])).toEqual([['VOLUME', '2']])
  })
})

describe('customer classes', () => {
  const both = service({ kinds: ['APARTMENT', 'NON_RESIDENTIAL'] })
  it('where the place publishes a price for other customers, shops pay that and flats their own', () => {
    const { plan, findings } = planPrices(facts({ services: [both], otherTariffs: [tariff({ price: '300', validTo: '2026-01-10' }), tariff({ price: '350', validFrom: '2026-01-11' })] }))
    expect(plan.items.map(item => [item.key, item.prices[0], item.kinds, item.days])).toEqual([
      ['COLD_WATER', '100', ['APARTMENT'], 31], ['COLD_WATER.other', '300', ['NON_RESIDENTIAL'], 10], ['COLD_WATER.other.2', '350', ['NON_RESIDENTIAL'], 21]])
    expect(findings).toEqual([])
  })
  it('where it publishes none, the house charges all by its price; what ended for shops stops the service', () => {
    expect(planPrices(facts({ services: [both] })).plan.items.map(item => [item.key, item.kinds])).toEqual([['COLD_WATER', ['APARTMENT', 'NON_RESIDENTIAL']]])
    expect(planPrices(facts({ services: [both], otherTariffs: [tariff({ validTo: '2026-01-10' })] })).findings).toMatchObject([{ code: 'noPrice', day: '2026-01-11' }])
    expect(planPrices(facts({ otherTariffs: [tariff({ price: '300' })] })).plan.items.map(item => item.prices[0])).toEqual(['100'])
  })
})

describe('gas: the norm changes with the month (AT-UZ-31)', () => {
  const winter = (prefix: string, months: string) => tariff({ service: 'GAS', territoryPrefix: prefix, months, price: '1' })
  const summer = (prefix: string, months: string) => tariff({ service: 'GAS', territoryPrefix: prefix, months, price: '2' })
  const country = [winter('', '11,12,1,2'), summer('', '3,4,5,6,7,8,9,10')]
  const khorezm = [...country, winter('1733', '10,11,12,1,2'), summer('1733', '3,4,5,6,7,8,9')]
  const priceIn = (period: string, tariffs: Tariff[]) => planPrices(facts({ period, services: [service({ service: 'GAS' })], tariffs })).plan.items[0]?.prices[0]
  it('in March everywhere, in October in Khorezm', () => {
    expect(['2026-02', '2026-03', '2026-10'].map(period => priceIn(period, country))).toEqual(['1', '2', '2'])
    expect(['2026-02', '2026-03', '2026-10'].map(period => priceIn(period, khorezm))).toEqual(['1', '2', '1'])
  })
})

describe('days served', () => {
  const heat = service({ service: 'HEAT', method: 'AREA', seasonal: true })
  const all = { from: '2026-11-01', to: '2026-11-30' }
  it('counts the season that starts on the 18th', () => {
    expect(servedDays(facts({ seasons: [{ service: 'HEAT', from: '2026-11-18', to: '2027-03-15' }] }), heat, all)).toBe(13)
  })
  it('takes interruptions off and counts no day without a season', () => {
    const seasons = [{ service: 'HEAT', from: '2026-11-18', to: '2027-03-15' }]
    expect(servedDays(facts({ seasons, interruptions: [{ service: 'HEAT', from: '2026-11-29', to: '2026-12-02' }] }), heat, all)).toBe(11)
    expect(servedDays(facts(), heat, all)).toBe(0)
  })
})

describe('contributions', () => {
  const rate = { fund: 'SAVINGS', kind: 'APARTMENT', perM2: null, indexCode: 'MRP', indexMultiple: '0.005', basis: 'law', validFrom: '2020-01-01', validTo: null } as const
  it('is a multiple of the index by date', () => {
    const { plan } = planPrices(facts({ services: [], rates: [rate, { ...rate, kind: 'PARKING' }] }))
    expect(plan.items.map(item => [item.key, item.prices, item.kinds, item.index])).toEqual([
      ['SAVINGS.APARTMENT', ['21.625'], ['APARTMENT', 'PARKING'], { code: 'MRP', value: '4325', multiple: '0.005' }]])
  })
  const law = [{ code: 'SAVINGS_MIN_MRP', validFrom: '2020-01-07', value: '0.005' }, { code: 'OTHER_UNITS_MAX_TIMES', validFrom: '2020-01-07', value: '2' },
    { code: 'MRP', validFrom: '2025-01-01', value: '3932' }, { code: 'MRP', validFrom: '2026-01-01', value: '4325' }]
  const fixed = (kind: ContributionRate['kind'], perM2: string, change: Partial<ContributionRate> = {}): ContributionRate =>
    ({ fund: 'SAVINGS', kind, perM2, indexCode: null, indexMultiple: null, basis: 'meeting', validFrom: '2020-01-01', validTo: null, ...change })
  const judged = (rates: ContributionRate[], period = '2026-01', indexes = law) => {
    const { plan, findings } = planPrices(facts({ services: [], rates, period, indexes }))
    return { charged: plan.items.flatMap(item => item.kinds.map(kind => `${item.service} ${kind}`)), refused: findings.map(each => [each.code, each.kind, each.day, each.price, each.limit]) }
  }
  it('to the savings below 0.005 MRP of the day is refused, with the figures', () => {
    expect(judged([fixed('APARTMENT', '21.62')])).toEqual({ charged: [], refused: [['belowMinimum', 'APARTMENT', '2026-01-01', '21.62', '21.625']] })
    expect(judged([fixed('APARTMENT', '21.625')]).refused).toEqual([])
    // Right when it was decided; the index of the next year has moved past it.
    expect(judged([fixed('APARTMENT', '19.66')], '2025-12').refused).toEqual([])
    expect(judged([fixed('APARTMENT', '19.66')], '2026-01').charged).toEqual([])
  })
  it('looks at every day of the month on which the index or the flats’ rate changes', () => {
    expect(judged([fixed('APARTMENT', '13.30')], '2020-04', [...law, { code: 'MRP', validFrom: '2020-01-01', value: '2651' }, { code: 'MRP', validFrom: '2020-04-10', value: '2778' }]).refused)
      .toEqual([['belowMinimum', 'APARTMENT', '2020-04-10', '13.30', '13.89']])
    const lower = [fixed('APARTMENT', '80', { fund: 'CURRENT', validTo: '2026-01-14' }), fixed('APARTMENT', '50', { fund: 'CURRENT', validFrom: '2026-01-15' })]
    expect(judged([...lower, fixed('PARKING', '120', { fund: 'CURRENT' })]).refused).toEqual([['aboveFlats', 'PARKING', '2026-01-15', '120', '100']])
  })
  it('of other premises above twice the flats’ rate is refused for these premises alone', () => {
    const rates = [fixed('APARTMENT', '80', { fund: 'CURRENT' }), fixed('PARKING', '160.01', { fund: 'CURRENT' }), fixed('STORAGE', '160', { fund: 'CURRENT' })]
    expect(judged(rates)).toEqual({ charged: ['MAINTENANCE APARTMENT', 'MAINTENANCE STORAGE'], refused: [['aboveFlats', 'PARKING', '2026-01-01', '160.01', '160']] })
  })
  it('is limited nowhere else: a country without such indexes, or days before them', () => {
    const rates = [fixed('APARTMENT', '1'), fixed('PARKING', '1000')]
    expect(judged(rates, '2026-01', []).refused).toEqual([])
    expect(judged(rates, '2019-12').refused).toEqual([])
  })
  it('whose rate ends within the month is named for these premises alone; a rate that ended before is none', () => {
    const rates = [fixed('APARTMENT', '80', { fund: 'CURRENT' }), fixed('PARKING', '80', { fund: 'CURRENT', validTo: '2026-01-20' }), fixed('STORAGE', '80', { fund: 'CURRENT', validTo: '2025-12-31' })]
    expect(judged(rates)).toEqual({ charged: ['MAINTENANCE APARTMENT'], refused: [['noPrice', 'PARKING', '2026-01-21', undefined, undefined]] })
  })
  it('is not guessed when the index of the year is missing', () => {
    expect(planPrices(facts({ services: [], rates: [rate], indexes: [] })).findings).toEqual([{ service: 'SAVINGS', code: 'noIndex', day: '2026-01-01', kind: 'APARTMENT' }])
    // The MRP is named for each year by its budget law: that of 2026 is not carried into 2027.
    expect(planPrices(facts({ services: [], rates: [rate], period: '2026-12' })).findings).toEqual([])
    expect(planPrices(facts({ services: [], rates: [rate], period: '2027-01' })).findings).toEqual([{ service: 'SAVINGS', code: 'noIndex', day: '2027-01-01', kind: 'APARTMENT' }])
  })
})

describe('the house’s own meter', () => {
  const shared = service({ service: 'HEAT', method: 'BUILDING_METER' })
  const gcal = tariff({ service: 'HEAT', basis: 'GCAL', unit: 'Gcal', price: '7364.88', buildingMeter: true })
  it('prices the volume of the whole house', () => {
    const { plan } = planPrices(facts({ services: [shared], tariffs: [gcal], buildingVolumes: [{ service: 'HEAT', volume: '62.114' }], kinds: [{ kind: 'APARTMENT', areaM2: '2103.3' }] }))
    expect(plan.items[0]).toMatchObject({ of: 'SHARE', houseNet: '45746216', houseQuantity: '62.114', houseArea: '2103.3' })
  })
  it('is priced once, whatever tariffs there are for stoves and privileges', () => {
    const { plan, findings } = planPrices(facts({ services: [shared], stoves: [true, false], privileges: ['HEAT'], tariffs: [gcal, { ...gcal, stove: true, price: '1' }, { ...gcal, privileged: true, price: '2' }],
      buildingVolumes: [{ service: 'HEAT', volume: '10' }], kinds: [{ kind: 'APARTMENT', areaM2: '100' }] }))
    expect([plan.items.map(item => [item.key, item.prices[0]]), findings]).toEqual([[['HEAT', '7364.88']], []])
  })
  it('stops when the meter was not read', () => {
    expect(planPrices(facts({ services: [shared], tariffs: [gcal] })).findings[0]?.code).toBe('noHouseMeter')
  })
})

it('reads a percent in hundredths', () => {
  expect([basisPoints('16'), basisPoints('12.5'), basisPoints('0')]).toEqual([1600, 1250, 0])
})
