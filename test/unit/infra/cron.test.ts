import { expect, test } from 'vitest'
import { nextCron } from '#server/infra/cron.ts'

const next = (expression: string, after: string) => nextCron(expression, new Date(after)).toISOString()

test('a timetable is written in UTC+5', () => {
  expect(next('30 6 * * *', '2026-11-20T00:00:00Z')).toBe('2026-11-20T01:30:00.000Z')
  expect(next('30 6 * * *', '2026-11-20T01:30:00Z')).toBe('2026-11-21T01:30:00.000Z')
  expect(next('*/15 * * * *', '2026-11-20T00:07:12Z')).toBe('2026-11-20T00:15:00.000Z')
  expect(next('0 0 1 1 *', '2026-11-20T00:00:00Z')).toBe('2026-12-31T19:00:00.000Z')
  expect(next('0 9 * * 1-5', '2026-11-20T05:00:00Z')).toBe('2026-11-23T04:00:00.000Z')
})

test('a timetable that cannot be is refused', () => {
  expect(() => next('61 * * * *', '2026-11-20T00:00:00Z')).toThrow('not a cron field')
  expect(() => next('* * * *', '2026-11-20T00:00:00Z')).toThrow('five fields')
  expect(() => next('0 0 31 2 *', '2026-11-20T00:00:00Z')).toThrow('never happens')
})
