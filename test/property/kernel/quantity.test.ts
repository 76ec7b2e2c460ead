import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatNumber } from '#server/kernel/format.ts'
import {
  addDecimal, compareDecimal, decimalOf, isZero, multiplyDecimal, parseDecimal, priceOf, subtractDecimal, toRational,
} from '#server/kernel/quantity.ts'

/** Decimals of up to 18 digits and 6 decimals, written as numeric columns write them. */
const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(6)).map(([digits, places]) => {
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0')
  const whole = text.slice(0, text.length - places)
  return `${digits < 0n ? '-' : ''}${whole}${places === 0 ? '' : `.${text.slice(-places)}`}`
})

describe('decimals', () => {
  it('keep their value through a fraction and back', () => {
    fc.assert(fc.property(decimal, (value) => compareDecimal(decimalOf(toRational(value), 6), value) === 0))
  })

  it('add in any order and grouping, and taking away undoes adding', () => {
    fc.assert(
      fc.property(decimal, decimal, decimal, (a, b, c) => {
        expect(addDecimal(a, b)).toBe(addDecimal(b, a))
        expect(addDecimal(addDecimal(a, b), c)).toBe(addDecimal(a, addDecimal(b, c)))
        expect(compareDecimal(subtractDecimal(addDecimal(a, b), b), a)).toBe(0)
        expect(isZero(subtractDecimal(a, a))).toBe(true)
      }),
    )
  })

  it('multiply in any order and over a sum', () => {
    fc.assert(
      fc.property(decimal, decimal, decimal, (a, b, c) => {
        expect(multiplyDecimal(a, b)).toBe(multiplyDecimal(b, a))
        expect(multiplyDecimal(a, addDecimal(b, c))).toBe(addDecimal(multiplyDecimal(a, b), multiplyDecimal(a, c)))
      }),
    )
  })

  it('come out in one spelling, which reads back as itself', () => {
    fc.assert(
      fc.property(decimal, (value) => {
        const canonical = addDecimal(value, '0')
        expect(parseDecimal(canonical)).toBe(canonical)
        expect(canonical).toMatch(/^(?:0|-?(?!0\d)\d+(?:\.\d*[1-9])?)$/)
      }),
    )
  })

  it('are read back from what the screen shows', () => {
    fc.assert(fc.property(decimal, (value) => parseDecimal(formatNumber(value)) === addDecimal(value, '0')))
  })

  it('never throw on what people type', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const read = parseDecimal(typed)
        expect(read === null || parseDecimal(read) === read).toBe(true)
      }),
    )
  })
})

describe('the price of a line', () => {
  it('is at most half a minor unit from quantity × price', () => {
    fc.assert(
      fc.property(decimal, decimal, (quantity, unitPrice) => {
        const { numerator, denominator } = toRational(multiplyDecimal(quantity, unitPrice))
        const error = priceOf(quantity, unitPrice) * denominator - numerator * 100n
        expect((error < 0n ? -error : error) * 2n <= denominator).toBe(true)
      }),
    )
  })
})
