import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainChange } from '#server/billing/changes/rules.ts'
import { recompute } from '#server/billing/charges/rules.ts'
import { flatPrice, planOf } from '#test/support/prices.ts'

const area = fc.integer({ min: 1, max: 9_999_999 }).map(value => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`.replace(/\.?0+$/, ''))
const price = fc.integer({ min: 1, max: 99_999_999 }).map(value => `${Math.floor(value / 10_000)}.${String(value % 10_000).padStart(4, '0')}`)
const contribution = fc.record({ price, monthDays: fc.integer({ min: 28, max: 31 }) }).map(({ price: one, monthDays }) =>
  flatPrice([one], { key: 'MAINTENANCE.APARTMENT', service: 'MAINTENANCE', fund: 'CURRENT', of: 'AREA', unit: 'm2', days: monthDays, monthDays, vatBp: 0 }))
const net = (item: Parameters<typeof recompute>[0], quantity: string, parts?: [string, number][]) => recompute(item, { quantity, people: 1, extra: false, parts }).net

test('all the days of one area are the whole month, to the last minor unit', () => {
  fc.assert(fc.property(contribution, area, (item, one) => {
    expect(net(item, one, [[one, item.monthDays]])).toBe(net(item, one))
  }))
})

test('two accounts of a month together differ from the whole by their two roundings at most', () => {
  fc.assert(fc.property(contribution, area, fc.integer({ min: 1, max: 27 }), (item, one, days) => {
    const apart = net(item, one, [[one, days]]) + net(item, one, [[one, item.monthDays - days]]) - net(item, one)
    expect(apart >= -1n && apart <= 1n).toBe(true)
  }))
})

test('one more day, or a larger area, never costs less', () => {
  fc.assert(fc.property(contribution, area, fc.integer({ min: 1, max: 26 }), (item, one, days) => {
    expect(net(item, one, [[one, days + 1]])).toBeGreaterThanOrEqual(net(item, one, [[one, days]]))
    expect(net(item, one, [[one, days], [`${Number(one.split('.')[0]) + 1}`, 1]])).toBeGreaterThanOrEqual(net(item, one, [[one, days], [one, 1]]))
  }))
})

test('where only the days changed, days are the only cause', () => {
  fc.assert(fc.property(contribution, area, fc.integer({ min: 1, max: 27 }), fc.integer({ min: 1, max: 27 }), (item, one, before, after) => {
    const month = (days: number) => ({ lines: [{ key: item.key, quantity: one, parts: [[one, days]] as [string, number][], net: String(net(item, one, [[one, days]])), vat: '0' }], prices: planOf([item], []) })
    const [change] = explainChange(month(before), month(after))
    expect(change?.causes).toEqual({ tariff: 0n, volume: 0n, people: 0n, correction: 0n, days: change?.change })
  }))
})
