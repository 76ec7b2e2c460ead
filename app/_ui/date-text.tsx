import { formatDateTime, formatTime } from '#server/kernel/format.ts'

/** An instant: the date and the hour in the zone of both countries. */
export function MomentText({ at, timeOnly = false }: { at: Date; timeOnly?: boolean }) {
  return (
    <time dateTime={at.toISOString()} className="figures whitespace-nowrap">
      {timeOnly ? formatTime(at) : formatDateTime(at)}
    </time>
  )
}
