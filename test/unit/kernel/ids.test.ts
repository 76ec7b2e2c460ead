import { afterEach, describe, expect, it, vi } from 'vitest'
import { formatAccountNumber, isAccountNumber, isId, luhnDigit, newId, parseAccountNumber } from '#server/kernel/ids.ts'

describe('ids', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('are UUIDs of version 7 that carry the time', () => {
    vi.useFakeTimers({ now: new Date('2040-11-24T12:00:00.000Z') })
    const id = newId()
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(Date.parse('2040-11-24T12:00:00.000Z'))
  })

  it('grow even when the clock stands or steps back', () => {
    vi.useFakeTimers({ now: new Date('2041-01-01T00:00:00.000Z') })
    const ids = Array.from({ length: 10_000 }, () => newId())
    vi.setSystemTime(new Date('2040-12-31T23:00:00.000Z'))
    ids.push(...Array.from({ length: 100 }, () => newId()))
    expect(ids).toEqual([...new Set(ids)].sort())
  })

  it('are recognised as PostgreSQL prints them', () => {
    expect([newId(), '00000000-0000-0000-0000-000000000000', newId().toUpperCase(), newId().replaceAll('-', ''), ''].map(isId)).toEqual([
      true, false, false, false, false,
    ])
  })
})

describe('account numbers (uzbekistan.md 5)', () => {
  it('end with the digit of Luhn', () => {
    expect(luhnDigit('7992739871')).toBe('3')
    expect(luhnDigit('000000000')).toBe('0')
    expect(luhnDigit('123456789')).toBe('7')
    expect(() => luhnDigit('12a')).toThrow(TypeError)
  })

  it('have ten digits', () => {
    expect(['1234567897', '1234567890', '123456789', '12345678970', '123456789x'].map(isAccountNumber)).toEqual([true, false, false, false, false])
  })

  it('reveal one wrong digit and two neighbours in the wrong order', () => {
    for (let place = 0; place < 10; place += 1) {
      for (let digit = 0; digit < 10; digit += 1) {
        const changed = `${'1234567897'.slice(0, place)}${digit}${'1234567897'.slice(place + 1)}`
        expect(isAccountNumber(changed)).toBe(changed === '1234567897')
      }
    }
    expect(isAccountNumber('2134567897')).toBe(false)
  })

  it('are printed in groups 3-3-4 and read back however they are typed', () => {
    expect(formatAccountNumber('1234567897')).toBe('123 456 7897')
    expect(['123 456 7897', '123-456-7897', ' 1234567897 ', '123 456 7890'].map(parseAccountNumber)).toEqual([
      '1234567897', '1234567897', '1234567897', null,
    ])
  })
})
