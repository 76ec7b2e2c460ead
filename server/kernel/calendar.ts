// Working days of a country. Which days are moved is data of every year, published late in the
// year before: prisma/seed/reference/calendars.json, table calendar_days.
import { addDays, compareDates, weekday, type LocalDate } from './period.ts'

export type WorkingCalendar = {
  readonly country: string
  /** Days from Monday to Friday on which nobody works: holidays and days moved to them. */
  readonly nonWorking: ReadonlySet<LocalDate> | readonly LocalDate[]
  /** Saturdays and Sundays made working by a transfer. */
  readonly working: readonly LocalDate[]
}

export type CalendarDay = { readonly country: string; readonly day: LocalDate; readonly working: boolean }

/** A span set by law: working days skip rest days, calendar days do not. */
export type Term = { readonly amount: number; readonly unit: 'WORKING_DAYS' | 'CALENDAR_DAYS' }

/** From rows of calendar_days, those of other countries left out. */
export function calendarOf(country: string, days: Iterable<CalendarDay>): WorkingCalendar {
  const nonWorking = new Set<LocalDate>()
  const working: LocalDate[] = []
  for (const each of days) {
    if (each.country !== country) continue
    if (each.working) working.push(each.day)
    else nonWorking.add(each.day)
  }
  return { country, nonWorking, working }
}

export function isWorkingDay(date: LocalDate, calendar: WorkingCalendar): boolean {
  if (calendar.working.includes(date)) return true
  return weekday(date) <= 5 && !isListed(date, calendar.nonWorking)
}

/** The date itself when it is working, else the first working day after it. */
export function nextWorkingDay(date: LocalDate, calendar: WorkingCalendar): LocalDate {
  return stepToWorkingDay(date, 1, calendar)
}

/** The n-th working day after `date`, or before it when `days` is negative; 0 is the date itself. */
export function addWorkingDays(date: LocalDate, days: number, calendar: WorkingCalendar): LocalDate {
  const step = days < 0 ? -1 : 1
  let reached = date
  for (let left = Math.abs(days); left > 0; left -= 1) {
    reached = stepToWorkingDay(addDays(reached, step), step, calendar)
  }
  return reached
}

/** Both ends counted; 0 when `to` is before `from`. */
export function countWorkingDays(from: LocalDate, to: LocalDate, calendar: WorkingCalendar): number {
  let count = 0
  for (let date = from; compareDates(date, to) <= 0; date = addDays(date, 1)) {
    if (isWorkingDay(date, calendar)) count += 1
  }
  return count
}

/** The last day of a term that begins the day after `from`; a rest day at its end is not moved. */
export function dueDate(from: LocalDate, term: Term, calendar: WorkingCalendar): LocalDate {
  return term.unit === 'WORKING_DAYS' ? addWorkingDays(from, term.amount, calendar) : addDays(from, term.amount)
}

function stepToWorkingDay(date: LocalDate, step: 1 | -1, calendar: WorkingCalendar): LocalDate {
  let reached = date
  while (!isWorkingDay(reached, calendar)) reached = addDays(reached, step)
  return reached
}

function isListed(date: LocalDate, days: WorkingCalendar['nonWorking']): boolean {
  return 'has' in days ? days.has(date) : days.includes(date)
}
