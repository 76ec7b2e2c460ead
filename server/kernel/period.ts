/** A billing month, 'YYYY-MM', of a year in which anybody could be billed. */
export type Period = string

/** A calendar day without a time, 'YYYY-MM-DD', of a year in which anybody of ours lives. */
export type LocalDate = string

/** The first and the last such day; a field for a day takes the same. */
export const localDates = { min: '1900-01-01', max: '2999-12-31' } as const

const dayMilliseconds = 86_400_000
const minuteMilliseconds = 60_000

/** Asia/Tashkent, Samarkand, Almaty, Qyzylorda and Aqtau since 2024-03-01. */
const commonOffsetMinutes = 300

export function isPeriod(text: string): text is Period {
  return /^(19|2\d)\d{2}-(0[1-9]|1[0-2])$/.test(text)
}

export function isLocalDate(text: string): text is LocalDate {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && text >= localDates.min && text <= localDates.max && dateOfDay(dayNumber(text)) === text
}

export function periodOf(date: LocalDate): Period {
  return date.slice(0, 7)
}

export function nextPeriod(period: Period): Period {
  return addPeriods(period, 1)
}

export function previousPeriod(period: Period): Period {
  return addPeriods(period, -1)
}

/** `months` may be negative. */
export function addPeriods(period: Period, months: number): Period {
  const [year, month] = numbersOf(period)
  const index = year * 12 + (month - 1) + months
  return `${padded(Math.floor(index / 12), 4)}-${padded((index % 12) + 1, 2)}`
}

export function firstDay(period: Period): LocalDate {
  return `${period}-01`
}

export function lastDay(period: Period): LocalDate {
  return `${period}-${padded(daysInPeriod(period), 2)}`
}

export function daysInPeriod(period: Period): number {
  return daysBetween(firstDay(period), firstDay(nextPeriod(period)))
}

/** `days` may be negative. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return dateOfDay(dayNumber(date) + days)
}

/** Nights from `from` to `to`: 0 on the same day, negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return dayNumber(to) - dayNumber(from)
}

/** -1, 0 or 1, as sort wants it. */
export function compareDates(a: LocalDate, b: LocalDate): -1 | 0 | 1 {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** 1 Monday … 7 Sunday. */
export function weekday(date: LocalDate): number {
  return ((((dayNumber(date) + 3) % 7) + 7) % 7) + 1
}

/** The day on the wall calendar at an instant; by fixed offset, because old phones know no new zones. */
export function localDateOf(instant: Date, zoneOffsetMinutes: number = commonOffsetMinutes): LocalDate {
  return dateOfDay(Math.floor(localMilliseconds(instant, zoneOffsetMinutes) / dayMilliseconds))
}

/** Minutes since local midnight, 0 … 1439. */
export function localMinutesOf(instant: Date, zoneOffsetMinutes: number = commonOffsetMinutes): number {
  const minutes = Math.floor(localMilliseconds(instant, zoneOffsetMinutes) / minuteMilliseconds)
  return ((minutes % 1440) + 1440) % 1440
}

function localMilliseconds(instant: Date, zoneOffsetMinutes: number): number {
  return instant.getTime() + zoneOffsetMinutes * minuteMilliseconds
}

// Days since 1970-01-01 in the Gregorian calendar; the year begins in March so that the leap day
// is its last (Howard Hinnant, days_from_civil).
function dayNumber(date: LocalDate): number {
  const [year, month, day] = numbersOf(date)
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function dateOfDay(number: number): LocalDate {
  const shifted = number + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`
}

function numbersOf(text: string): [year: number, month: number, day: number] {
  const match = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text)
  if (!match) throw new TypeError(`not a date or period: ${text}`)
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 1)]
}

function padded(value: number, length: number): string {
  return String(value).padStart(length, '0')
}
