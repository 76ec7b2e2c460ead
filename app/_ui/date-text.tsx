import { formatDate, formatDateTime, formatLongDate, formatPeriod, formatTime, type Locale } from '#server/kernel/format.ts'
import type { LocalDate, Period } from '#server/kernel/period.ts'

export function DateText({ date, locale, long = false }: { date: LocalDate; locale: Locale; long?: boolean }) {
  return (
    <time dateTime={date} className="figures whitespace-nowrap">
      {long ? formatLongDate(date, locale) : formatDate(date)}
    </time>
  )
}

export function PeriodText({ period, locale }: { period: Period; locale: Locale }) {
  return <time dateTime={period}>{formatPeriod(period, locale)}</time>
}

/** An instant: the date and the hour in the zone of both countries. */
export function MomentText({ at, timeOnly = false }: { at: Date; timeOnly?: boolean }) {
  return (
    <time dateTime={at.toISOString()} className="figures whitespace-nowrap">
      {timeOnly ? formatTime(at) : formatDateTime(at)}
    </time>
  )
}
