import { describe, expect, it } from 'vitest'
import calendars from '#prisma/seed/reference/calendars.json' with { type: 'json' }
import {
  addWorkingDays, calendarOf, countWorkingDays, dueDate, isWorkingDay, nextWorkingDay, type WorkingCalendar,
} from '#server/kernel/calendar.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import { isLocalDate, weekday } from '#server/kernel/period.ts'

const days = calendars.calendars.flatMap(({ country, days: listed }) => listed.map((day) => ({ ...day, country })))
const kazakh = calendarOf('KZ', days)
const uzbek = calendarOf('UZ', days)

describe('working days of Kazakhstan in 2026 (kazakhstan.md 4.10)', () => {
  it('are exactly 246, and 119 days of rest', () => {
    expect(countWorkingDays('2026-01-01', '2026-12-31', kazakh)).toBe(246)
  })

  it.each([
    ['2026-03-18', '2026-03-30'],
    ['2026-05-06', '2026-05-15'],
    ['2026-07-13', '2026-07-20'],
  ])('put five working days after %s at %s', (from, to) => {
    expect(addWorkingDays(from, 5, kazakh)).toBe(to)
    expect(dueDate(from, { amount: 5, unit: 'WORKING_DAYS' }, kazakh)).toBe(to)
  })

  it('rest on the transferred days and work on the days around them', () => {
    expect(['2026-03-09', '2026-03-24', '2026-03-25', '2026-05-11', '2026-08-31', '2026-10-26'].some((day) => isWorkingDay(day, kazakh))).toBe(false)
    expect(['2026-03-10', '2026-03-26', '2026-05-12', '2026-09-01', '2026-10-27'].every((day) => isWorkingDay(day, kazakh))).toBe(true)
  })

  it('carry a term over the year’s end through the next year’s holidays', () => {
    expect(addWorkingDays('2026-12-31', 1, kazakh)).toBe('2027-01-05')
  })
})

describe('terms', () => {
  it('of calendar days end on a rest day when they must: a complaint of 5 September 2026 (AT-UZ-12)', () => {
    const due = dueDate('2026-09-05', jurisdictionOf('UZ').deadlines.requestAnswer, uzbek)
    expect(due).toBe('2026-09-20')
    expect(isWorkingDay(due, uzbek)).toBe(false)
    expect(nextWorkingDay(due, uzbek)).toBe('2026-09-21')
  })

  it('of Kazakhstan count 15 working days', () => {
    expect(dueDate('2026-04-24', jurisdictionOf('KZ').deadlines.requestAnswer, kazakh)).toBe('2026-05-20')
  })

  it('of no days end the same day, and negative ones go back', () => {
    expect(addWorkingDays('2026-07-18', 0, kazakh)).toBe('2026-07-18')
    expect(addWorkingDays('2026-03-30', -5, kazakh)).toBe('2026-03-18')
  })

  it('leave a working day where it is', () => {
    expect(nextWorkingDay('2026-07-13', kazakh)).toBe('2026-07-13')
    expect(nextWorkingDay('2026-01-01', kazakh)).toBe('2026-01-05')
  })
})

describe('calendars as data', () => {
  it('may make a Saturday working', () => {
    const calendar: WorkingCalendar = { country: 'KZ', nonWorking: ['2026-03-06'], working: ['2026-03-07'] }
    expect(isWorkingDay('2026-03-07', calendar)).toBe(true)
    expect(isWorkingDay('2026-03-08', calendar)).toBe(false)
    expect(isWorkingDay('2026-03-06', calendar)).toBe(false)
    expect(countWorkingDays('2026-03-02', '2026-03-08', calendar)).toBe(5)
    expect(countWorkingDays('2026-03-08', '2026-03-02', calendar)).toBe(0)
  })

  it('cover 2025 to 2027 of both countries with a source each', () => {
    expect(calendars.calendars.map(({ country, year }) => `${country} ${year}`).sort()).toEqual([
      'KZ 2025', 'KZ 2026', 'KZ 2027', 'UZ 2025', 'UZ 2026', 'UZ 2027',
    ])
    expect(calendars.calendars.every(({ source }) => source.length > 20)).toBe(true)
  })

  it('list only existing weekdays of their year, each once, in order', () => {
    for (const { year, days: listed } of calendars.calendars) {
      const dates = listed.map(({ day }) => day)
      expect(dates).toEqual([...new Set(dates)].sort())
      expect(dates.every((day) => isLocalDate(day) && day.startsWith(`${year}-`) && weekday(day) <= 5)).toBe(true)
    }
  })

  it('say plainly which of them nobody has checked', () => {
    const checked = calendars.calendars.filter(({ verified }) => verified)
    expect(checked.map(({ country, year }) => `${country} ${year}`)).toEqual(['KZ 2026'])
  })
})
