'use client'

import { useState } from 'react'
import { callLazily } from '#app/_client/lazy-call.ts'
import { refusalOf } from '#app/_client/refusal.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatDate } from '#server/kernel/format.ts'

export type ResultWords = Record<'question' | 'until' | 'accept' | 'reject' | 'why' | 'whyHint' | 'back' | 'sendReject' | 'accepted' | 'rejected' | 'noNetwork', string>
type Props = { buildingId: string; requestId: string; until: string | null; words: ResultWords }

/** Done or not done: only the one who asked says so. */
export function ResultAnswer({ buildingId, requestId, until, words }: Props) {
  const [step, setStep] = useState<'question' | 'why'>('question')
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState('')
  const [problem, setProblem] = useState('')

  async function answer(done: boolean) {
    setBusy(true)
    try {
      const moved = await callLazily(done ? 'requests.acceptResult' : 'requests.rejectResult', { buildingId, requestId, text })
      setSaid(done ? words.accepted : fill(words.rejected, { date: formatDate(moved.dueOn) }))
    } catch (error) {
      setProblem(refusalOf(error) || words.noNetwork)
    }
    setBusy(false)
  }

  if (said) return <Notice tone="good" live="status">{said}</Notice>
  return (
    <Notice tone="info" title={words.question}>
      {until && <p className="text-small">{fill(words.until, { date: until })}</p>}
      {step === 'question' ? (
        <div className="mt-3 flex flex-col gap-2">
          <Button kind="main" wide busy={busy && words.accept} onClick={() => void answer(true)}>{words.accept}</Button>
          <Button wide onClick={() => setStep('why')}>{words.reject}</Button>
        </div>
      ) : (
        <form className="mt-3 flex flex-col gap-3" onSubmit={event => { event.preventDefault(); void answer(false) }}>
          <TextArea label={words.why} hint={words.whyHint} rows={2} maxLength={4000} autoFocus value={text} onChange={event => setText(event.target.value)} />
          <Button kind="main" type="submit" wide busy={busy && words.sendReject}>{words.sendReject}</Button>
          <Button kind="quiet" onClick={() => setStep('question')}>{words.back}</Button>
        </form>
      )}
      {problem && <p role="alert" className="mt-2 text-danger">{problem}</p>}
    </Notice>
  )
}
