import { describe, expect, it } from 'vitest'
import {
  addDecimal, compareDecimal, decimalOf, isZero, multiplyDecimal, parseDecimal, priceOf, subtractDecimal, toRational,
} from '#server/kernel/quantity.ts'

describe('decimals as people type them', () => {
  it.each([
    ['12,5', '12.5'], ['12.50', '12.5'], ['00482', '482'], ['0', '0'], ['-0', '0'], ['-0,0', '0'], [',5', '0.5'],
    ['.5', '0.5'], ['-,5', '-0.5'], [' 1 234,5 ', '1234.5'], ['1\u00A0234\u00A0567', '1234567'], ['1\u202F234', '1234'],
    ['\u22125', '-5'], ['62.10', '62.1'], ['100', '100'],
  ])('reads %j as %s', (typed, expected) => {
    expect(parseDecimal(typed)).toBe(expected)
  })

  it.each([
    '', ' ', '-', ',', '5,', '1,234.5', '1.234,5', '1,2,3', '00482 345', '12 34', '1e3', '0x10', '+5', '½', '١٢', 'abc', '5 m3',
    '9'.repeat(41),
  ])('does not guess at %j', (typed) => {
    expect(parseDecimal(typed)).toBeNull()
  })
})

describe('arithmetic of decimals', () => {
  it('is exact where binary fractions are not', () => {
    expect(addDecimal('0.1', '0.2')).toBe('0.3')
    expect(subtractDecimal('0.3', '0.1')).toBe('0.2')
    expect(multiplyDecimal('1.1', '1.1')).toBe('1.21')
    expect(subtractDecimal('1', '1.00')).toBe('0')
  })

  it('compares by value and not by spelling', () => {
    expect(compareDecimal('62.10', '62.1')).toBe(0)
    expect(compareDecimal('-2', '-10')).toBe(1)
    expect(compareDecimal('9', '10')).toBe(-1)
    expect(isZero('0.00')).toBe(true)
    expect(isZero('-0.01')).toBe(false)
  })

  it('turns into a fraction and back', () => {
    expect(toRational('62.10')).toEqual({ numerator: 6210n, denominator: 100n })
    expect(decimalOf({ numerator: 1n, denominator: 3n }, 4)).toBe('0.3333')
    expect(decimalOf({ numerator: 2n, denominator: 3n }, 2)).toBe('0.67')
    expect(decimalOf({ numerator: 1n, denominator: 2n }, 2)).toBe('0.5')
  })

  it('refuses text that is not a decimal', () => {
    expect(() => addDecimal('1,5', '1')).toThrow(TypeError)
  })
})

describe('price of a line, rounded once half up', () => {
  it('multiplies the savings contribution first: 60 m² at 0.005 MRP (kazakhstan.md 4.5)', () => {
    expect(priceOf('60', multiplyDecimal('4325', '0.005'))).toBe(129_750n)
    expect(priceOf('60', multiplyDecimal('3932', '0.005'))).toBe(117_960n)
  })

  it('rounds half a tiyn away from zero and keeps its sign', () => {
    expect(priceOf('1', '0.005')).toBe(1n)
    expect(priceOf('-1', '0.005')).toBe(-1n)
    expect(priceOf('1', '0.0149')).toBe(1n)
    expect(priceOf('1', '0.0149', 'UP')).toBe(2n)
  })

  it('charges heat for 13 of 30 days to the tiyin (AT-UZ-19)', () => {
    const month = multiplyDecimal('54.60', '1852.64')
    const { numerator, denominator } = toRational(month)
    expect(decimalOf({ numerator: numerator * 13n, denominator: denominator * 30n }, 2)).toBe('43833.46')
  })
})
