'use client'

import { useEffect, useRef } from 'react'
import { fill } from '#app/_client/words.ts'
import type { FormMeter, FormWords } from '#app/_parts/meters/form-facts.ts'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatDateTime, formatPeriod, type Locale } from '#server/kernel/format.ts'
import { ConfirmKept } from './confirm-kept.tsx'

export type SentReading = { readingId: string; values: string[]; takenOn: string; period: string; state: 'ACCEPTED' | 'FLAGGED'; flags: string[]; receivedAt: Date; photoFileId: string | null }
export type Outcome = { kind: 'kept'; shown: string; period: string; signedOut: boolean } | { kind: 'sent'; shown: string; result: unknown; withPhoto: boolean }
type Props = { outcome: Outcome; words: FormWords; errors: { noNetwork: string }; locale: Locale; backHref: string; meter: FormMeter }

/** Where the figure went, in words: received and for which month, kept without counting, or waiting on the phone. */
export function Receipt({ outcome, words, errors, locale, backHref, meter }: Props) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => place.current?.focus(), [])
  return (
    <div ref={place} tabIndex={-1} className="flex flex-col gap-4 outline-none">
      {outcome.kind === 'kept' ? (
        <Notice tone="waiting" live="status" title={fill(words.keptTitle, { value: outcome.shown })}>{outcome.signedOut ? words.keptSignedOut : words.kept}</Notice>
      ) : (
        <Answer outcome={outcome} words={words} errors={errors} locale={locale} meter={meter} />
      )}
      <LinkButton href={backHref} kind="main" wide>{words.another}</LinkButton>
    </div>
  )
}

function Answer({ outcome, words, errors, locale, meter }: Omit<Props, 'backHref' | 'outcome'> & { outcome: Extract<Outcome, { kind: 'sent' }> }) {
  const reading = outcome.result as SentReading
  const lost = outcome.withPhoto && reading.photoFileId === null
  if (reading.state === 'ACCEPTED') {
    return (
      <Notice tone="good" live="status" title={fill(words.acceptedTitle, { time: formatDateTime(new Date(reading.receivedAt)) })}>
        <p>{fill(words.accepted, { value: outcome.shown, period: formatPeriod(reading.period, locale) })}</p>
        {lost && <p>{words.photoLost}</p>}
      </Notice>
    )
  }
  return (
    <>
      <Notice tone="care" live="status" title={words.flaggedTitle}>{fill(words.flagged, { value: outcome.shown })}</Notice>
      <ConfirmKept kept={{ ...reading, shown: outcome.shown }} buildingId={meter.buildingId} words={words.waiting} errors={errors} />
    </>
  )
}
