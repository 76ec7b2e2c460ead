import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addWorkingDays, countWorkingDays, isWorkingDay, nextWorkingDay, type WorkingCalendar } from '#server/kernel/calendar.ts'
import { addDays, addPeriods, compareDates, daysBetween, isLocalDate, lastDay, localDateOf, nextPeriod, periodOf, previousPeriod, weekday } from '#server/kernel/period.ts'

const dayNumber = fc.integer({ min: -25_000, max: 60_000 })
const date = dayNumber.map((days) => addDays('1970-01-01', days))
const calendar: fc.Arbitrary<WorkingCalendar> = fc.record({
  country: fc.constant('KZ'),
  nonWorking: fc.uniqueArray(fc.integer({ min: 0, max: 400 }).map((days) => addDays('2026-01-01', days)), { maxLength: 30 }),
  working: fc.uniqueArray(fc.integer({ min: 0, max: 400 }).map((days) => addDays('2026-01-01', days)), { maxLength: 5 }),
})
const dayOf2026 = fc.integer({ min: 0, max: 364 }).map((days) => addDays('2026-01-01', days))

describe('days', () => {
  it('agree with the calendar of the machine in UTC', () => {
    fc.assert(
      fc.property(dayNumber, (days) => {
        const instant = new Date(days * 86_400_000)
        const day = addDays('1970-01-01', days)
        expect(day).toBe(instant.toISOString().slice(0, 10))
        expect(localDateOf(instant, 0)).toBe(day)
        expect(weekday(day) % 7).toBe(instant.getUTCDay())
      }),
    )
  })

  it('added and counted are the same thing', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -20_000, max: 20_000 }), (from, days) => {
        const to = addDays(from, days)
        expect(daysBetween(from, to)).toBe(days)
        expect(isLocalDate(to)).toBe(to >= '1900')
        expect(compareDates(from, to)).toBe(-Math.sign(days) + 0)
      }),
    )
  })

  it('of a month end where the next month begins', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -300, max: 300 }), (day, months) => {
        const period = periodOf(day)
        expect(addDays(lastDay(period), 1)).toBe(`${nextPeriod(period)}-01`)
        expect(previousPeriod(nextPeriod(period))).toBe(period)
        expect(addPeriods(addPeriods(period, months), -months)).toBe(period)
      }),
    )
  })
})

describe('working days', () => {
  it('added and counted are the same thing in any calendar', () => {
    fc.assert(
      fc.property(calendar, dayOf2026, fc.integer({ min: 1, max: 40 }), (days, from, amount) => {
        const to = addWorkingDays(from, amount, days)
        expect(isWorkingDay(to, days)).toBe(true)
        expect(countWorkingDays(addDays(from, 1), to, days)).toBe(amount)
      }),
    )
  })

  it('one by one or all at once come to the same day', () => {
    fc.assert(
      fc.property(calendar, dayOf2026, fc.tuple(fc.nat(20), fc.nat(20)), (days, from, [first, second]) => {
        expect(addWorkingDays(addWorkingDays(from, first, days), second, days)).toBe(addWorkingDays(from, first + second, days))
      }),
    )
  })

  it('are found by moving forward only, and never past another working day', () => {
    fc.assert(
      fc.property(calendar, dayOf2026, (days, from) => {
        const next = nextWorkingDay(from, days)
        expect(compareDates(next, from)).not.toBe(-1)
        expect(countWorkingDays(from, next, days)).toBe(1)
      }),
    )
  })
})
