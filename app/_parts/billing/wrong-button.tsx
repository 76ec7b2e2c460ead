'use client'

import { useRef, useState } from 'react'
import { callLazily } from '#app/_client/lazy-call.ts'
import { phoneInstant } from '#app/_client/phone-clock.ts'
import { refusalOf } from '#app/_client/refusal.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { formatDate, type Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'

type Props = {
  number: string; period: string; buildingId: string; locale: Locale; kind: 'LINE' | 'INPUT'; subject: string; act: string
  words: Record<'sending' | 'sent' | 'see' | 'disputed' | 'noNetwork', string>
  disputed: { requestId: string; number: number } | null
}

/** One press files the request with everything that stood behind the figure; pressed again it is the same request. */
export function WrongButton({ number, period, buildingId, locale, kind, subject, act, words, disputed }: Props) {
  const id = useRef(newId())
  const [said, setSaid] = useState(disputed ? fill(words.disputed, { number: disputed.number }) : '')
  const [requestId, setRequestId] = useState(disputed?.requestId ?? '')
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)

  async function press() {
    setBusy(true)
    setProblem('')
    try {
      const filed = await callLazily('billing.dispute', { requestId: id.current, number, period, kind, subject, submittedAt: phoneInstant() })
      setSaid(fill(words.sent, { number: filed.number, date: formatDate(filed.dueOn) }))
      setRequestId(filed.requestId)
    } catch (error) {
      setProblem(refusalOf(error) || words.noNetwork)
    }
    setBusy(false)
  }

  if (said !== '') return <p role="status" className="text-small">{said} <a href={`/${locale}/requests/${buildingId}/${requestId}`} className="inline-flex min-h-12 items-center">{words.see}</a></p>
  return (
    <div className="flex flex-col gap-2">
      <Button wide icon="chat" busy={busy && words.sending} onClick={() => void press()}>{act}</Button>
      {problem && <p role="alert" className="text-small text-danger">{problem}</p>}
    </div>
  )
}
