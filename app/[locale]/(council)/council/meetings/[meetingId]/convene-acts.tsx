'use client'

import { useState } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'

export type ConveneWords = Record<'open' | 'opening' | 'openNote' | 'close' | 'closing' | 'cancel' | 'cancelling' | 'cancelReason' | 'cancelHint', string>
type Props = { place: { buildingId: string; meetingId: string }; state: string; words: ConveneWords; noNetwork: string }

/** Open, count, cancel: what the state allows; the server decides again. */
export function ConveneActs({ place, state, words, noNetwork }: Props) {
  const [doing, setDoing] = useState<'open' | 'close' | 'cancel' | null>(null)
  const [message, setMessage] = useState('')
  const [reason, setReason] = useState('')

  async function run(what: 'open' | 'close' | 'cancel', work: () => Promise<unknown>): Promise<void> {
    if (doing !== null) return
    setDoing(what)
    setMessage('')
    try {
      await work()
      location.reload()
    } catch (error) {
      setMessage((error instanceof CallError && error.message) || noNetwork)
      setDoing(null)
    }
  }

  return (
    <div className="flex flex-col gap-3">
      {message && <Notice tone="care" live="alert">{message}</Notice>}
      {state === 'NOTICE_POSTED' && (
        <>
          <p className="text-small text-note">{words.openNote}</p>
          <Button kind="main" busy={doing === 'open' ? words.opening : null} onClick={() => void run('open', () => call('meetings.openVoting', place))}>{words.open}</Button>
          <Sheet summary={words.cancel} flat>
            <form className="flex flex-col gap-3" onSubmit={event => { event.preventDefault(); void run('cancel', () => call('meetings.cancelMeeting', { ...place, reason })) }}>
              <TextArea label={words.cancelReason} hint={words.cancelHint} required maxLength={500} value={reason} onChange={event => setReason(event.target.value)} />
              <Button type="submit" kind="danger" busy={doing === 'cancel' ? words.cancelling : null}>{words.cancel}</Button>
            </form>
          </Sheet>
        </>
      )}
      {state === 'CLOSED' && (
        <Button kind="main" busy={doing === 'close' ? words.closing : null} onClick={() => void run('close', () => call('meetings.closeVoting', place))}>{words.close}</Button>
      )}
    </div>
  )
}
