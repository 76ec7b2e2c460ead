import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, allocate, allocateByKey, money, negate, roundRational, subtract, sumMoney } from '#server/kernel/money.ts'

const total = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })
/** Areas in hundredths of m²: a storage room of 0.01 to a hall of 10,000 m². */
const areas = fc.array(fc.bigInt({ min: 0n, max: 1_000_000n }), { minLength: 1, maxLength: 40 }).filter((all) => all.some((area) => area > 0n))

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}

describe('the largest remainder (AT-UZ-16)', () => {
  it('sums exactly to the total, and each share is less than one unit from its ideal', () => {
    fc.assert(
      fc.property(total, areas, (amount, weights) => {
        const sum = weights.reduce((all, weight) => all + weight, 0n)
        const parts = allocate(amount, weights)
        expect(parts.reduce((all, part) => all + part, 0n)).toBe(amount)
        const farthest = weights.every((weight, index) => magnitude((parts[index] ?? 0n) * sum - amount * weight) < sum)
        expect(farthest).toBe(true)
      }),
      { numRuns: 10_000 },
    )
  })

  it('gives every key the same share in whatever order the list comes', () => {
    const shares = areas.chain((weights) => {
      const list = weights.map((weight, index) => ({ key: `flat-${index}`, weight }))
      return fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))
    })
    fc.assert(
      fc.property(total, shares, (amount, [list, shuffled]) => {
        expect([...allocateByKey(amount, list)].sort()).toEqual([...allocateByKey(amount, shuffled)].sort())
      }),
      { numRuns: 2_000 },
    )
  })

  it('never gives a smaller area more than a larger one', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), areas, (amount, weights) => {
        const sorted = weights.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0))
        const parts = allocate(amount, sorted)
        // Two remainders may differ by one whole unit, never by more.
        expect(parts.every((part, index) => index === 0 || part <= (parts[index - 1] ?? 0n) + 1n)).toBe(true)
      }),
    )
  })

  it('splits a reversal as the exact opposite', () => {
    fc.assert(
      fc.property(total, areas, (amount, weights) => {
        expect(allocate(-amount, weights)).toEqual(allocate(amount, weights).map((part) => -part))
      }),
    )
  })
})

describe('rounding', () => {
  const ratio = fc.tuple(total, fc.bigInt({ min: 1n, max: 10n ** 9n }))

  it('half up is at most half a unit from the truth', () => {
    fc.assert(
      fc.property(ratio, ([numerator, denominator]) => {
        const error = magnitude(roundRational(numerator, denominator, 'HALF_UP') * denominator - numerator)
        expect(error * 2n <= denominator).toBe(true)
      }),
    )
  })

  it('down and up enclose the truth and differ by one unless it is whole', () => {
    fc.assert(
      fc.property(ratio, ([numerator, denominator]) => {
        const down = magnitude(roundRational(numerator, denominator, 'DOWN'))
        const up = magnitude(roundRational(numerator, denominator, 'UP'))
        expect(up - down).toBe(numerator % denominator === 0n ? 0n : 1n)
      }),
    )
  })

  it('of the opposite is the opposite, by whichever sign', () => {
    fc.assert(
      fc.property(ratio, fc.constantFrom('HALF_UP' as const, 'DOWN' as const, 'UP' as const), ([numerator, denominator], mode) => {
        const opposite = roundRational(-numerator, denominator, mode)
        expect(opposite).toBe(-roundRational(numerator, denominator, mode))
        expect(roundRational(numerator, -denominator, mode)).toBe(opposite)
      }),
    )
  })
})

describe('amounts', () => {
  it('sum to the same in any order, and taking away undoes adding', () => {
    fc.assert(
      fc.property(fc.array(total), total, (amounts, extra) => {
        const all = amounts.map((amount) => money(amount, 'UZS'))
        const sum = sumMoney(all, 'UZS')
        expect(sumMoney(all.toReversed(), 'UZS')).toEqual(sum)
        expect(subtract(add(sum, money(extra, 'UZS')), money(extra, 'UZS'))).toEqual(sum)
        expect(add(sum, negate(sum))).toEqual(money(0n, 'UZS'))
      }),
    )
  })
})
