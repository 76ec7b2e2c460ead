import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  formatAmount, formatDate, formatDateTime, formatDay, formatDayMonth, formatLongDate, formatMoney, formatNumber, formatPercent,
  formatPeriod, formatTime, isLocale, locales, monthName, monthShort, pluralCategory, type PluralCategory,
} from '#server/kernel/format.ts'

const evening = new Date('2026-09-05T13:07:00Z')

/** Every space that is visible here as _ is U+00A0. */
const fortyValues: [made: () => string, expected: string][] = [
  [() => formatNumber('1234567.89'), '1_234_567,89'],
  [() => formatNumber('999'), '999'],
  [() => formatNumber('1000'), '1_000'],
  [() => formatNumber('-1234.50'), '-1_234,50'],
  [() => formatNumber('0.005'), '0,005'],
  [() => formatAmount(123_456_750n), '1_234_567,50'],
  [() => formatAmount(1_842_000n), '18_420,00'],
  [() => formatAmount(5n), '0,05'],
  [() => formatAmount(-5n), '-0,05'],
  [() => formatMoney(123_456_750n, 'UZS', 'uz'), '1_234_567,50_soʻm'],
  [() => formatMoney(123_456_750n, 'UZS', 'kk'), '1_234_567,50_сум'],
  [() => formatMoney(123_456_750n, 'UZS', 'ru'), '1_234_567,50_сум'],
  [() => formatMoney(123_456_750n, 'KZT', 'uz'), '1_234_567,50_₸'],
  [() => formatMoney(123_456_750n, 'KZT', 'kk'), '1_234_567,50_₸'],
  [() => formatMoney(123_456_750n, 'KZT', 'ru'), '1_234_567,50_₸'],
  [() => formatMoney(1_842_000n, 'KZT', 'ru'), '18_420_₸'],
  [() => formatMoney(-113_111n, 'KZT', 'kk'), '-1_131,11_₸'],
  [() => formatMoney(0n, 'UZS', 'uz'), '0_soʻm'],
  [() => formatMoney(3_703_703_670_000n, 'UZS', 'uz'), '37_037_036_700_soʻm'],
  [() => formatPercent('30.5', 'uz'), '30,5%'],
  [() => formatPercent('30.5', 'kk'), '30,5%'],
  [() => formatPercent('30.5', 'ru'), '30,5_%'],
  [() => formatDate('2026-09-05'), '05.09.2026'],
  [() => formatLongDate('2026-09-05', 'uz'), '2026-yil 5-sentabr'],
  [() => formatLongDate('2026-09-05', 'kk'), '2026 жылғы 5_қыркүйек'],
  [() => formatLongDate('2026-09-05', 'ru'), '5_сентября 2026_г.'],
  [() => formatLongDate('2026-10-31', 'uz'), '2026-yil 31-oktabr'],
  [() => formatLongDate('2026-10-31', 'kk'), '2026 жылғы 31_қазан'],
  [() => formatLongDate('2026-05-01', 'ru'), '1_мая 2026_г.'],
  [() => formatDayMonth('2026-11-25', 'uz'), '25-noyabr'],
  [() => formatDayMonth('2026-11-25', 'kk'), '25_қараша'],
  [() => formatDayMonth('2026-11-25', 'ru'), '25_ноября'],
  [() => formatPeriod('2026-11', 'uz'), '2026-yil noyabr'],
  [() => formatPeriod('2026-11', 'kk'), '2026 жылғы қараша'],
  [() => formatPeriod('2026-11', 'ru'), 'ноябрь 2026_г.'],
  [() => formatTime(evening), '18:07'],
  [() => formatTime(new Date('2026-09-05T19:00:00Z')), '00:00'],
  [() => formatDateTime(evening), '05.09.2026 18:07'],
  [() => monthName('2026-02', 'kk'), 'ақпан'],
  [() => monthName('2026-06', 'uz'), 'iyun'],
]

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('forty formatted values (AT-UZ-36)', () => {
  it('are forty', () => {
    expect(fortyValues).toHaveLength(40)
  })

  it('are as the table of uzbekistan.md 10.3 says', () => {
    expect(fortyValues.map(([made]) => made())).toEqual(fortyValues.map(([, expected]) => expected.replaceAll('_', '\u00A0')))
  })

  it('stay the same on a phone whose Intl knows no Uzbek and no Kazakh', () => {
    const withIntl = fortyValues.map(([made]) => made())
    const refuse = (): never => {
      throw new Error('Intl was asked')
    }
    vi.stubGlobal('Intl', new Proxy({}, { get: refuse }))
    for (const prototype of [Number.prototype, BigInt.prototype, Date.prototype]) {
      vi.spyOn(prototype, 'toLocaleString').mockImplementation(refuse)
    }
    expect(fortyValues.map(([made]) => made())).toEqual(withIntl)
  })
})

describe('names of months', () => {
  it('are those of the table in each language', () => {
    const year = Array.from({ length: 12 }, (_, index) => `2026-${String(index + 1).padStart(2, '0')}`)
    expect(locales.map((locale) => year.map((period) => monthName(period, locale)).join(' '))).toEqual([
      'yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr',
      'қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан',
      'январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь',
    ])
    // In three letters under a chart, each still another.
    for (const locale of locales) expect(new Set(year.map(period => monthShort(period, locale))).size).toBe(12)
  })

  it('refuse a month that does not exist', () => {
    expect(() => monthName('2026-13', 'uz')).toThrow(TypeError)
  })
})

describe('plural categories (AT-UZ-37)', () => {
  const table: [n: number, uz: PluralCategory, kk: PluralCategory, ru: PluralCategory][] = [
    [0, 'other', 'other', 'many'],
    [1, 'one', 'one', 'one'],
    [2, 'other', 'other', 'few'],
    [5, 'other', 'other', 'many'],
    [11, 'other', 'other', 'many'],
    [21, 'other', 'other', 'one'],
    [22, 'other', 'other', 'few'],
    [25, 'other', 'other', 'many'],
    [1.5, 'other', 'other', 'other'],
  ]

  it.each(table)('of %d are %s in Uzbek, %s in Kazakh, %s in Russian', (n, ...expected) => {
    expect([pluralCategory(n, 'uz'), pluralCategory(n, 'kk'), pluralCategory(n, 'ru')]).toEqual(expected)
  })

  it('agree with ICU, which i18next asks on the server', () => {
    const numbers = [...Array.from({ length: 321 }, (_, n) => n), 1001, 1011, 1_000_000, 0.5, 1.5, 21.5]
    for (const locale of locales) {
      const icu = new Intl.PluralRules(locale)
      expect(numbers.map((n) => pluralCategory(n, locale))).toEqual(numbers.map((n) => icu.select(n)))
    }
  })
})

it('a day in running text has its year only in another year than today\'s', () => {
  expect(formatDay('2026-01-25', '2026-12-31', 'ru').replaceAll('\u00A0', ' ')).toBe('25 января')
  expect(formatDay('2025-12-25', '2026-01-01', 'ru').replaceAll('\u00A0', ' ')).toBe('25 декабря 2025 г.')
  expect(formatDay('2027-01-15', '2026-12-31', 'uz')).toBe('2027-yil 15-yanvar')
})

describe('languages', () => {
  it('are uz, kk and ru', () => {
    expect(['uz', 'kk', 'ru', 'en', ''].map(isLocale)).toEqual([true, true, true, false, false])
  })

  it('format decimals only', () => {
    expect(() => formatNumber('1,5')).toThrow(TypeError)
  })
})
