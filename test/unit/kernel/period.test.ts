import { describe, expect, it } from 'vitest'
import {
  addDays, addPeriods, compareDates, daysBetween, daysInPeriod, firstDay, isLocalDate, isPeriod, lastDay, localDateOf, localDates,
  localMinutesOf, nextPeriod, periodOf, previousPeriod, weekday,
} from '#server/kernel/period.ts'

describe('billing months', () => {
  it('follow one another over the year’s end', () => {
    expect(nextPeriod('2026-12')).toBe('2027-01')
    expect(previousPeriod('2026-01')).toBe('2025-12')
    expect(addPeriods('2026-11', -12)).toBe('2025-11')
    expect(addPeriods('2026-11', 14)).toBe('2028-01')
  })

  it('know their first and last day, leap years included', () => {
    expect([firstDay('2026-02'), lastDay('2026-02'), lastDay('2028-02'), lastDay('2100-02')]).toEqual([
      '2026-02-01', '2026-02-28', '2028-02-29', '2100-02-28',
    ])
    expect([daysInPeriod('2026-11'), daysInPeriod('2026-12'), daysInPeriod('2024-02')]).toEqual([30, 31, 29])
    expect(periodOf('2026-11-25')).toBe('2026-11')
  })

  it('are recognised by their spelling', () => {
    expect(['2026-11', '2026-13', '2026-1', '2026-00', ' 2026-11', '9999-12', '0000-01'].map(isPeriod)).toEqual([true, false, false, false, false, false, false])
  })
})

describe('calendar days', () => {
  it('are counted across months, leap days and years', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
    expect(addDays('2026-09-05', 15)).toBe('2026-09-20')
    expect(daysBetween('2026-01-01', '2027-01-01')).toBe(365)
    expect(daysBetween('2026-03-01', '2026-02-28')).toBe(-1)
  })

  it('of a year that a slip of the hand made are none', () => {
    expect(['1938-06-01', '2099-12-31', '0026-11-01', '1026-11-01', '9999-12-31', '12026-11-01'].map(isLocalDate)).toEqual([true, true, false, false, false, false])
    expect([localDates.min, '1899-12-31', localDates.max, '3000-01-01'].map(isLocalDate), 'a field takes the same').toEqual([true, false, true, false])
  })

  it('exist or do not', () => {
    expect(['2024-02-29', '2023-02-29', '2026-11-31', '2026-1-1', 'tomorrow'].map(isLocalDate)).toEqual([true, false, false, false, false])
  })

  it('know their day of the week, Monday first', () => {
    expect(['2026-09-05', '2026-09-07', '2026-11-22', '1969-12-29', '1970-01-01'].map(weekday)).toEqual([6, 1, 7, 1, 4])
  })

  it('sort by time', () => {
    expect([compareDates('2026-01-02', '2026-01-10'), compareDates('2026-01-02', '2026-01-02'), compareDates('2027-01-01', '2026-12-31')]).toEqual([-1, 0, 1])
  })

  it('refuse text that is no date', () => {
    expect(() => addDays('05.09.2026', 1)).toThrow(TypeError)
  })
})

describe('the wall calendar in UTC+5', () => {
  it('changes its day at 19:00 UTC, whatever the zone of the machine', () => {
    expect(localDateOf(new Date('2026-11-24T18:59:59.999Z'))).toBe('2026-11-24')
    expect(localDateOf(new Date('2026-11-24T19:00:00.000Z'))).toBe('2026-11-25')
    expect(localDateOf(new Date('2026-11-24T19:00:00.000Z'), 0)).toBe('2026-11-24')
  })

  it('counts minutes since local midnight, before 1970 too', () => {
    expect(localMinutesOf(new Date('2026-09-05T13:07:59Z'))).toBe(18 * 60 + 7)
    expect(localMinutesOf(new Date('1969-12-31T18:30:00Z'))).toBe(23 * 60 + 30)
    expect(localDateOf(new Date('1969-12-31T18:30:00Z'))).toBe('1969-12-31')
  })
})
