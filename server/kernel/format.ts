// Written by hand, because Chrome on many phones has no Uzbek or Kazakh locale while Node has:
// Intl would print different text on the server and on the phone.
import type { Currency } from './money.ts'
import { localDateOf, localMinutesOf, type LocalDate, type Period } from './period.ts'

export type Locale = 'uz' | 'kk' | 'ru'

export const locales: readonly Locale[] = ['uz', 'kk', 'ru']

export type PluralCategory = 'one' | 'few' | 'many' | 'other'

const space = '\u00A0'

const currencySigns: Record<Currency, Record<Locale, string>> = {
  UZS: { uz: 'soʻm', kk: 'сум', ru: 'сум' },
  KZT: { uz: '₸', kk: '₸', ru: '₸' },
}

const months: Record<Locale, string> = {
  uz: 'yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr',
  kk: 'қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан',
  ru: 'январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь',
}

const russianGenitiveMonths = 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря'

export function isLocale(text: string): text is Locale {
  return text === 'uz' || text === 'kk' || text === 'ru'
}

/** Minor units in, '1 234 567,50 soʻm' out; whole sums lose their zeros: '18 420 ₸'. */
export function formatMoney(amount: bigint, currency: Currency, locale: Locale): string {
  const text = formatAmount(amount)
  return `${text.endsWith(',00') ? text.slice(0, -3) : text}${space}${currencySigns[currency][locale]}`
}

/** Minor units as a bare figure with two decimals, for columns of a table or a paper: '18 420,00'. */
export function formatAmount(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0')
  return formatNumber(`${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`)
}

/** '1234567.89' → '1 234 567,89'; the decimals stay as they were given. */
export function formatNumber(decimal: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal)
  if (!match) throw new TypeError(`not a decimal: ${decimal}`)
  const [, sign = '', whole = '', fraction] = match
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, space)
  return `${sign}${grouped}${fraction === undefined ? '' : `,${fraction}`}`
}

/** A decimal string of percent: '30.5' → '30,5%', in Russian '30,5 %'. */
export function formatPercent(decimal: string, locale: Locale): string {
  return `${formatNumber(decimal)}${locale === 'ru' ? space : ''}%`
}

/** 05.09.2026 in every language. */
export function formatDate(date: LocalDate): string {
  const [year, month, day] = date.split('-')
  return `${day}.${month}.${year}`
}

/** The way papers write it: '2026-yil 5-sentabr', '2026 жылғы 5 қыркүйек', '5 сентября 2026 г.' */
export function formatLongDate(date: LocalDate, locale: Locale): string {
  const year = date.slice(0, 4)
  const dayAndMonth = formatDayMonth(date, locale)
  if (locale === 'uz') return `${year}-yil ${dayAndMonth}`
  if (locale === 'kk') return `${year} жылғы ${dayAndMonth}`
  return `${dayAndMonth} ${year}${space}г.`
}

/** The day without its year: '25-noyabr', '25 қараша', '25 ноября'. */
export function formatDayMonth(date: LocalDate, locale: Locale): string {
  const day = String(Number(date.slice(8, 10)))
  if (locale === 'uz') return `${day}-${monthName(date, locale)}`
  if (locale === 'kk') return `${day}${space}${monthName(date, locale)}`
  return `${day}${space}${wordAt(russianGenitiveMonths, date)}`
}

/** A day in running text: without its year in the year of today, with it in another. */
export function formatDay(date: LocalDate, today: LocalDate, locale: Locale): string {
  return date.slice(0, 4) === today.slice(0, 4) ? formatDayMonth(date, locale) : formatLongDate(date, locale)
}

/** '2026-yil noyabr', '2026 жылғы қараша', 'ноябрь 2026 г.' */
export function formatPeriod(period: Period, locale: Locale): string {
  const year = period.slice(0, 4)
  if (locale === 'uz') return `${year}-yil ${monthName(period, locale)}`
  if (locale === 'kk') return `${year} жылғы ${monthName(period, locale)}`
  return `${monthName(period, locale)} ${year}${space}г.`
}

/** The month of a period or date as a bare word in small letters. */
export function monthName(period: Period, locale: Locale): string {
  return wordAt(months[locale], period)
}

/** Three letters for a chart; June and July of Uzbek differ in the fourth. */
export function monthShort(period: string, locale: Locale): string {
  const name = monthName(period, locale)
  return locale === 'uz' && name.startsWith('iyu') ? `iy${name.slice(3)}` : name.slice(0, 3)
}

/** 24 hours: '18:07'. */
export function formatTime(instant: Date, zoneOffsetMinutes?: number): string {
  const minutes = localMinutesOf(instant, zoneOffsetMinutes)
  return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`
}

/** '05.09.2026 18:07'. */
export function formatDateTime(instant: Date, zoneOffsetMinutes?: number): string {
  return `${formatDate(localDateOf(instant, zoneOffsetMinutes))} ${formatTime(instant, zoneOffsetMinutes)}`
}

/** CLDR cardinal category, the same as i18next on the server chooses. */
export function pluralCategory(n: number, locale: Locale): PluralCategory {
  const value = Math.abs(n)
  if (locale !== 'ru') return value === 1 ? 'one' : 'other'
  if (!Number.isInteger(value)) return 'other'
  const tens = value % 100
  const units = value % 10
  if (units === 0 || units >= 5 || (tens >= 11 && tens <= 14)) return 'many'
  return units === 1 ? 'one' : 'few'
}

function wordAt(words: string, period: Period): string {
  const word = words.split(' ')[Number(period.slice(5, 7)) - 1]
  if (word === undefined) throw new TypeError(`not a period: ${period}`)
  return word
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
