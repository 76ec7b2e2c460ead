import { texts } from '#server/infra/texts.ts'
import { formatDateTime, type Locale } from '#server/kernel/format.ts'

export type TimelineEntry = { seq: number; at: Date; event: string; note: string; params: Record<string, string> }

/** What happened, in the reader's language; notes are as they were written. */
export function Timeline({ entries, locale }: { entries: readonly TimelineEntry[]; locale: Locale }) {
  const t = texts(locale)
  return (
    <ol className="flex flex-col gap-3 border-s-2 border-line ps-4">
      {entries.map(entry => (
        <li key={entry.seq}>
          <p className="font-medium">{t(`requests.events.${entry.event}`, entry.params)}</p>
          <p className="figures text-small text-note">{formatDateTime(entry.at)}</p>
          {entry.note && <p className="mt-1 whitespace-pre-line break-words">{entry.note}</p>}
        </li>
      ))}
    </ol>
  )
}
