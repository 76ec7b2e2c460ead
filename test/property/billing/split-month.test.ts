import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planPrices, type HouseFacts, type HouseService, type Tariff } from '#server/billing/tariffs/rules.ts'
import type { PremisesKind, PriceItem } from '#server/billing/schema.ts'

const period = '2026-10'
const onDay = (day: number) => `${period}-${String(day).padStart(2, '0')}`
const tariffs = (changesOn: number): Tariff[] => (['VOLUME', 'AREA', 'GCAL'] as const).flatMap(basis => [['2025-01-01', onDay(changesOn)], [onDay(changesOn + 1), null]].map(([validFrom, validTo]): Tariff => ({
  tariffId: 't', territoryPrefix: '', service: 'HEAT', basis, unit: 'm3', price: '100', tiers: null, stove: null, metered: null, buildingMeter: null, privileged: null, months: null, vatMode: 'NONE', vatRate: null, actId: null,
  source: 'test', demonstration: false, verified: true, published: true, validFrom: validFrom ?? '', validTo: validTo ?? null })))

const kinds: readonly PremisesKind[] = ['APARTMENT', 'NON_RESIDENTIAL', 'PARKING']
type Split = { method: HouseService['method']; kinds: PremisesKind[] }
/** Rows of one service, one after another, each from the day after the one before. */
const month = (methods: readonly HouseService['method'][]) => fc.record({
  cuts: fc.uniqueArray(fc.integer({ min: 2, max: 31 }), { maxLength: 3 }).map(days => [1, ...days.toSorted((a, b) => a - b)]),
  rows: fc.array(fc.record({ method: fc.constantFrom(...methods), kinds: fc.subarray([...kinds], { minLength: 1 }) }), { minLength: 4, maxLength: 4 }),
  changesOn: fc.integer({ min: 1, max: 30 }), off: fc.option(fc.tuple(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 0, max: 9 })), { nil: null }),
})
type Month = { cuts: number[]; rows: Split[]; changesOn: number; off: [number, number] | null }

function facts({ cuts, rows, changesOn, off }: Month): HouseFacts {
  const services = cuts.map((from, index): HouseService => ({
    service: 'HEAT', method: rows[index]?.method ?? 'METER', volumeOf: [], kinds: rows[index]?.kinds ?? [], seasonal: false, validFrom: from === 1 ? '2025-01-01' : onDay(from),
    validTo: cuts[index + 1] === undefined ? null : onDay((cuts[index + 1] ?? 0) - 1) }))
  return { period, services, tariffs: tariffs(changesOn), norms: [], seasons: [], rates: [], indexes: [], stoves: [false], privileges: [], penalties: [], buildingVolumes: [{ service: 'HEAT', volume: '310' }],
    kinds: kinds.map(kind => ({ kind, areaM2: '100' })), interruptions: off === null ? [] : [{ service: 'HEAT', from: onDay(off[0]), to: onDay(Math.min(31, off[0] + off[1])) }] }
}

/** Parts of the month's volume that the prices of a kind take: days of the days of the month. */
function sharesOf(items: readonly PriceItem[], kind: PremisesKind, of: PriceItem['of']): { days: number; of: number[] } {
  const own = items.filter(item => item.of === of && item.kinds.includes(kind))
  return { days: own.reduce((sum, item) => sum + item.days, 0), of: [...new Set(own.map(item => item.monthDays))] }
}

describe('a way of charging that changes inside a month', () => {
  test('divides the volume and never repeats it: the parts of any split make the month', () => {
    fc.assert(fc.property(month(['METER']), split => {
      const { plan } = planPrices(facts(split))
      expect(new Set(plan.items.map(item => item.key)).size).toBe(plan.items.length)
      for (const kind of kinds) {
        const { days, of } = sharesOf(plan.items, kind, 'VOLUME')
        expect(of.length).toBeLessThanOrEqual(1)
        expect(days).toBe(of[0] ?? 0)
      }
    }), { numRuns: 500 })
  })

  test('to area or to the house’s own meter: no more than the whole volume together, each by its days', () => {
    fc.assert(fc.property(month(['METER', 'AREA', 'BUILDING_METER']), split => {
      const all = split.rows.map(row => ({ ...row, kinds: [...kinds] }))
      const { plan } = planPrices(facts({ ...split, rows: all }))
      const [metered, area] = [sharesOf(plan.items, 'APARTMENT', 'VOLUME'), sharesOf(plan.items, 'APARTMENT', 'AREA')]
      const shared = sharesOf(plan.items, 'APARTMENT', 'SHARE')
      const served = metered.days + area.days + shared.days
      if (metered.days > 0) expect(metered.of).toEqual([served])
      // 310 of the house at 100: 31,000.00 by the days of the house's meter, each price rounded once.
      const house = plan.items.reduce((sum, item) => sum + Number(item.houseNet ?? 0), 0)
      if (shared.days > 0) expect(Math.abs(house - 3_100_000 * shared.days / served)).toBeLessThanOrEqual(plan.items.length)
    }), { numRuns: 500 })
  })
})

test('a row that begins inside the month goes on with the numbers of the keys, and says from when until when', () => {
  const { plan } = planPrices(facts({ cuts: [1, 11], rows: [{ method: 'METER', kinds: ['APARTMENT'] }, { method: 'METER', kinds: ['APARTMENT', 'NON_RESIDENTIAL'] }], changesOn: 20, off: null }))
  expect(plan.items.map(item => [item.key, item.kinds, item.days, item.monthDays, item.from, item.to])).toEqual([
    ['HEAT', ['APARTMENT'], 10, 31, '2026-10-01', '2026-10-10'], ['HEAT.2', ['APARTMENT'], 10, 31, '2026-10-11', '2026-10-20'], ['HEAT.3', ['APARTMENT'], 11, 31, '2026-10-21', '2026-10-31'],
    ['HEAT.4', ['NON_RESIDENTIAL'], 10, 21, '2026-10-11', '2026-10-20'], ['HEAT.5', ['NON_RESIDENTIAL'], 11, 21, '2026-10-21', '2026-10-31']])
})

test('without a price for a day of any of its rows a service is not charged at all (settled 9)', () => {
  const all = facts({ cuts: [1, 11], rows: [{ method: 'METER', kinds: ['APARTMENT'] }, { method: 'PERSON', kinds: ['APARTMENT'] }], changesOn: 20, off: null })
  const { plan, findings } = planPrices(all)
  expect([plan.items, plan.volumes, findings.map(each => [each.code, each.day])]).toEqual([[], [], [['noPrice', '2026-10-11']]])
})
