import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isAccountNumber, isId, luhnDigit, newId, parseAccountNumber, formatAccountNumber } from '#server/kernel/ids.ts'

describe('ids', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('grow whatever the clock does', () => {
    vi.useFakeTimers()
    let previous = newId()
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -60_000, max: 60_000 }), { maxLength: 50 }), (jumps) => {
        for (const jump of jumps) {
          vi.setSystemTime(Date.now() + jump)
          const id = newId()
          expect(isId(id)).toBe(true)
          expect(id > previous).toBe(true)
          previous = id
        }
      }),
    )
  })
})

describe('account numbers', () => {
  const nine = fc.stringMatching(/^[0-9]{9}$/)

  it('with their digit of Luhn are right, and survive being printed', () => {
    fc.assert(
      fc.property(nine, (digits) => {
        const number = digits + luhnDigit(digits)
        expect(isAccountNumber(number)).toBe(true)
        expect(parseAccountNumber(formatAccountNumber(number))).toBe(number)
      }),
    )
  })

  it('with any one digit changed are wrong', () => {
    fc.assert(
      fc.property(nine, fc.nat(9), fc.integer({ min: 1, max: 9 }), (digits, place, change) => {
        const number = digits + luhnDigit(digits)
        const other = (Number(number[place]) + change) % 10
        expect(isAccountNumber(`${number.slice(0, place)}${other}${number.slice(place + 1)}`)).toBe(false)
      }),
    )
  })
})
