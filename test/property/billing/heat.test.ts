import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countDays, divide, monthDifference, netOfDays, servedIn } from '#server/billing/heat/rules.ts'
import type { HeatOff, HeatSpan } from '#server/billing/schema.ts'
import { addDays } from '#server/kernel/period.ts'

const season = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 200 })).map(([start, days]) => ({ from: addDays('2026-09-15', start), to: addDays('2026-09-15', start + days) }))
const act = fc.tuple(fc.integer({ min: 0, max: 240 }), fc.integer({ min: 0, max: 20 })).map(([start, days]): HeatOff => ['7', addDays('2026-09-15', start), addDays('2026-09-15', start + days)])
const acts = fc.array(act, { maxLength: 5 })
const area = fc.integer({ min: 100, max: 20_000 }).map(value => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`)

test('a sum divided by area is whole, nobody is off by a minor unit, and the order of the flats changes nobody’s part by more', () => {
  fc.assert(fc.property(fc.bigInt(0n, 10n ** 13n), fc.array(fc.bigInt(1n, 100_000n), { minLength: 1, maxLength: 60 }), (total, weights) => {
    const parts = divide(total, weights)
    const all = weights.reduce((sum, each) => sum + each, 0n)
    expect(parts.reduce((sum, each) => sum + each.amount, 0n)).toBe(total)
    for (const [index, part] of parts.entries()) {
      const scaled = part.amount * all - total * (weights[index] ?? 0n)
      expect(scaled < all && scaled > -all).toBe(true)
    }
  }))
})

test('days served are never more than the days, and another act never adds one', () => {
  fc.assert(fc.property(season, acts, act, (range, off, more) => {
    expect(servedIn(range, off)).toBeLessThanOrEqual(countDays(range))
    expect(servedIn(range, [...off, more])).toBeLessThanOrEqual(servedIn(range, off))
    expect(servedIn(range, [...off, more])).toBeGreaterThanOrEqual(0)
    expect(servedIn(range, [...off, ...off])).toBe(servedIn(range, off))
  }))
})

test('twelve months of a spread season are the season, within their roundings', () => {
  fc.assert(fc.property(season, acts, area, (range, off, quantity) => {
    const spans: HeatSpan[] = [[quantity, range.from, range.to]]
    const twelfth = netOfDays({ price: '1852.64', days: 31, monthDays: 31, spread: true }, { spans, off })
    const once = netOfDays({ price: '22231.68', days: 31, monthDays: 31, spread: true }, { spans, off })
    const apart = twelfth * 12n - once
    expect(apart >= -6n && apart <= 6n).toBe(true)
  }))
})

test('what is recalculated brings a month to what it would have been, in one step or in two', () => {
  fc.assert(fc.property(season, act, act, area, (range, first, second, quantity) => {
    const month = (off: HeatOff[], was: bigint) => ({ period: '2026-11', key: 'HEAT.area', price: '1852.64', days: 30, monthDays: 30, vatBp: 0, spans: [[quantity, range.from, range.to] as const], off, was: [String(was), '0'] as const })
    const posted = netOfDays(month([], 0n), month([], 0n))
    const one = monthDifference(month([first], posted)).net
    const both = monthDifference(month([first, second], posted + one)).net
    expect(one + both).toBe(monthDifference(month([first, second], posted)).net)
    expect(one <= 0n && both <= 0n).toBe(true)
  }))
})
