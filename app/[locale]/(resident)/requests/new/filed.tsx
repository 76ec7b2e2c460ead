'use client'

import { useEffect, useRef } from 'react'
import { fill } from '#app/_client/words.ts'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatDate, formatDateTime, type Locale } from '#server/kernel/format.ts'
import { effectiveDue } from '#server/requests/rules.ts'
import type { Outcome } from './use-request-form.ts'

/** The number and the day in large type; or honestly that it has not left the phone. */
export function Filed({ outcome, words, locale }: { outcome: Outcome; words: Record<string, string>; locale: Locale }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => place.current?.focus(), [])
  return (
    <div ref={place} tabIndex={-1} className="flex flex-col gap-4 outline-none">
      {outcome.kind === 'kept' ? (
        <Notice tone={outcome.emergency ? 'danger' : 'waiting'} live={outcome.emergency ? 'alert' : 'status'} title={words['keptTitle']}>
          {outcome.emergency && <p>{words['keptEmergency']}</p>}
          <p>{words[outcome.signedOut ? 'keptSignedOut' : 'kept']}</p>
        </Notice>
      ) : (
        <FiledNumber filed={outcome.filed} words={words} />
      )}
      {outcome.kind === 'sent' && <LinkButton kind="main" wide href={`/${locale}/requests/${outcome.filed.buildingId}/${outcome.filed.requestId}`}>{words['open']}</LinkButton>}
      <LinkButton href={`/${locale}/requests`} wide>{words['back']}</LinkButton>
    </div>
  )
}

function FiledNumber({ filed, words }: { filed: Extract<Outcome, { kind: 'sent' }>['filed']; words: Record<string, string> }) {
  const due = effectiveDue({ dueOn: filed.dueOn, dueOnIfMoved: filed.dueOnIfMoved, moves: filed.dueMoves })
  return (
    <Notice tone="good" live="status">
      <p className="figures text-sum font-semibold">{fill(words['sentTitle'] ?? '', { number: filed.number })}</p>
      {filed.emergency && <p className="font-medium">{fill(words['sentEmergency'] ?? '', { time: formatDateTime(new Date(filed.serviceDueAt)) })}</p>}
      <p className="text-title">{fill(words['sentBody'] ?? '', { date: formatDate(due) })}</p>
    </Notice>
  )
}
