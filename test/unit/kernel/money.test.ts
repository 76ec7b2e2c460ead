import { describe, expect, it } from 'vitest'
import { add, allocate, allocateByKey, money, negate, roundRational, subtract, sumMoney } from '#server/kernel/money.ts'

describe('rounding of rationals', () => {
  it('takes a half away from zero in both directions', () => {
    expect([5n, -5n, 15n, 14n, -14n].map((each) => roundRational(each, 10n, 'HALF_UP'))).toEqual([1n, -1n, 2n, 1n, -1n])
  })

  it('goes to zero with DOWN and away from it with UP', () => {
    expect([19n, -19n, 20n].map((each) => roundRational(each, 10n, 'DOWN'))).toEqual([1n, -1n, 2n])
    expect([11n, -11n, 20n].map((each) => roundRational(each, 10n, 'UP'))).toEqual([2n, -2n, 2n])
  })

  it('understands a negative denominator and refuses zero', () => {
    expect(roundRational(15n, -10n)).toBe(-2n)
    expect(() => roundRational(1n, 0n)).toThrow(RangeError)
  })
})

describe('splitting an estimate (uzbekistan.md 2.7.1)', () => {
  const estimate = 123_456_789_001n
  const owners = roundRational(estimate * 30n, 100n)

  it('gives the owners 30 % rounded half up and the budget the rest', () => {
    expect(owners).toBe(37_037_036_700n)
    expect(estimate - owners).toBe(86_419_752_301n)
  })

  it('splits the owners’ part by area with the largest remainder', () => {
    expect(allocate(owners, [4530n, 6210n, 3000n])).toEqual([12_210_900_746n, 16_739_446_718n, 8_086_689_236n])
  })

  it('puts the remainder tiyin into the first instalments', () => {
    const parts = allocate(12_211_240n, Array.from({ length: 12 }, () => 1n))
    expect(parts).toEqual([...Array.from({ length: 4 }, () => 1_017_604n), ...Array.from({ length: 8 }, () => 1_017_603n)])
  })

  it('splits 100 in three as 34, 33, 33', () => {
    expect(allocate(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n])
  })

  it('splits a reversal as the exact opposite', () => {
    expect(allocate(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n])
  })

  it('gives nothing to a weight of zero', () => {
    expect(allocate(101n, [0n, 1n, 1n])).toEqual([0n, 51n, 50n])
  })

  it('refuses a total without weights and a weight below zero', () => {
    expect(() => allocate(1n, [0n, 0n])).toThrow(RangeError)
    expect(() => allocate(1n, [])).toThrow(RangeError)
    expect(() => allocate(1n, [2n, -1n])).toThrow(RangeError)
    expect(allocate(0n, [])).toEqual([])
  })

  it('gives ties to the smaller key in whatever order the premises come', () => {
    const shares = ['b', 'c', 'a'].map((key) => ({ key, weight: 1n }))
    expect(Object.fromEntries(allocateByKey(100n, shares))).toEqual({ a: 34n, b: 33n, c: 33n })
    expect(() => allocateByKey(1n, [...shares, { key: 'a', weight: 1n }])).toThrow(RangeError)
  })
})

describe('amounts', () => {
  it('add, subtract and negate within one currency', () => {
    expect(add(money(5n, 'KZT'), money(7n, 'KZT'))).toEqual(money(12n, 'KZT'))
    expect(subtract(money(5n, 'KZT'), money(7n, 'KZT'))).toEqual(money(-2n, 'KZT'))
    expect(negate(money(5n, 'UZS'))).toEqual(money(-5n, 'UZS'))
  })

  it('refuse to mix soʻm with tenge', () => {
    expect(() => add(money(1n, 'KZT'), money(1n, 'UZS'))).toThrow(TypeError)
    expect(() => sumMoney([money(1n, 'KZT')], 'UZS')).toThrow(TypeError)
  })

  it('sum to zero of the named currency when there are none', () => {
    expect(sumMoney([], 'UZS')).toEqual(money(0n, 'UZS'))
    expect(sumMoney([money(1n, 'UZS'), money(2n, 'UZS')], 'UZS')).toEqual(money(3n, 'UZS'))
  })
})
