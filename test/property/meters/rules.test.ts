import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, compareDates, lastDay, periodOf } from '#server/kernel/period.ts'
import { addDecimal, compareDecimal, subtractDecimal } from '#server/kernel/quantity.ts'
import { flagsOf, judgeReading, monthOf, type MeterFacts } from '#server/meters/rules.ts'

const day = fc.integer({ min: 0, max: 1500 }).map(offset => addDays('2025-01-01', offset))
const value = fc.tuple(fc.nat(99_999), fc.nat(999)).map(([whole, part]) => `${whole}.${String(part).padStart(3, '0')}`)
const window = fc.record({ fromDay: fc.integer({ min: 1, max: 25 }), toDay: fc.integer({ min: 26, max: 31 }), graceDays: fc.integer({ min: 0, max: 10 }) })
const meter: MeterFacts = { service: 'COLD_WATER', unit: 'm3', registers: 1, digits: 5, decimals: 3, installedOn: '2020-01-01', removedOn: null, verifiedUntil: null }

describe('judging readings', () => {
  it('never refuses what a device can show, and counts exactly the difference or a whole turn of the scale', () => {
    fc.assert(fc.property(value, value, day, fc.nat(60), window, (before, after, takenOn, gap, days) => {
      const verdict = judgeReading({ values: [before], takenOn: addDays(takenOn, -gap), period: periodOf(takenOn) }, { values: [after.replace('.', ',')], takenOn },
        { meter, window: days, today: takenOn, usual: null, laterTakenOn: null })
      if (verdict.kind === 'refused') throw new Error('refused')
      if (verdict.consumption === null) {
        expect(compareDecimal(after, before)).toBe(-1)
        expect(flagsOf(verdict, ['lowerThanLast'])).toEqual(['lowerThanLast'])
        return
      }
      expect(verdict.consumption.startsWith('-')).toBe(false)
      const difference = subtractDecimal(after, before)
      expect(verdict.consumption).toBe(difference.startsWith('-') ? addDecimal(difference, '100000') : difference)
      expect(verdict.questions.some(question => question.code === 'rolledOver')).toBe(difference.startsWith('-'))
    }))
  })

  it('a chain of readings adds up to the last minus the first, however it is cut', () => {
    fc.assert(fc.property(fc.array(fc.nat(500), { minLength: 1, maxLength: 12 }), steps => {
      let register = 1000
      let total = '0'
      for (const step of steps) {
        const verdict = judgeReading({ values: [String(register)], takenOn: '2026-01-01', period: '2026-01' }, { values: [String(register + step)], takenOn: '2026-01-20' },
          { meter, window: { fromDay: 1, toDay: 31, graceDays: 0 }, today: '2026-01-20', usual: null, laterTakenOn: null })
        if (verdict.kind === 'refused') throw new Error('refused')
        total = addDecimal(total, verdict.consumption ?? '0')
        register += step
      }
      expect(total).toBe(String(register - 1000))
    }))
  })

  it('a confirmed reading counts unless it is lower or older', () => {
    fc.assert(fc.property(value, day, (after, takenOn) => {
      const verdict = judgeReading({ values: ['0'], takenOn: '2024-12-01', period: '2024-12' }, { values: [after], takenOn },
        { meter: { ...meter, verifiedUntil: '2025-02-01' }, window: { fromDay: 20, toDay: 30, graceDays: 3 }, today: addDays(takenOn, -1), usual: { low: '1', high: '2' }, laterTakenOn: null })
      if (verdict.kind === 'refused') throw new Error('refused')
      expect(flagsOf(verdict, verdict.questions.map(question => question.code))).toEqual([])
    }))
  })
})

describe('the month a reading counts for', () => {
  it('is open when the reading comes in, never before the month before it was taken, and late exactly when it is said to be', () => {
    fc.assert(fc.property(day, fc.nat(120), window, fc.boolean(), (takenOn, delay, days, known) => {
      const receivedOn = addDays(takenOn, delay)
      const { period, late } = monthOf(takenOn, { receivedOn, window: days, lastPeriod: known ? periodOf(takenOn) : null })
      expect(compareDates(receivedOn, addDays(lastDay(period), days.graceDays))).toBeLessThanOrEqual(0)
      if (!late) expect(period).toBe(periodOf(takenOn))
      if (period !== periodOf(takenOn)) expect(late).toBe(true)
    }))
  })
})
