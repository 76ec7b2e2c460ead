'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'

export type ConveneWords = Record<'open' | 'opening' | 'openNote' | 'close' | 'closing' | 'cancel' | 'cancelling' | 'cancelReason' | 'cancelHint', string>
type Props = { place: { buildingId: string; meetingId: string }; state: string; words: ConveneWords }

/** Open, count, cancel: what the state allows; the server decides again. */
export function ConveneActs({ place, state, words }: Props) {
  const [opening, cancelling, closing] = [useAct(leave), useAct(leave), useAct(leave)]
  const problem = opening.problem ?? cancelling.problem ?? closing.problem
  const [reason, setReason] = useState('')

  return (
    <div className="flex flex-col gap-3">
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {state === 'NOTICE_POSTED' && (
        <>
          <p className="text-small text-note">{words.openNote}</p>
          <Button kind="main" disabled={cancelling.busy} busy={opening.busy ? words.opening : null} onClick={() => void opening.act(() => call('meetings.openVoting', place))}>{words.open}</Button>
          <Sheet summary={words.cancel} flat>
            <form className="flex flex-col gap-3" onSubmit={event => { event.preventDefault(); void cancelling.act(() => call('meetings.cancelMeeting', { ...place, reason })) }}>
              <TextArea label={words.cancelReason} hint={words.cancelHint} required maxLength={500} value={reason} onChange={event => setReason(event.target.value)} />
              <Button type="submit" kind="danger" disabled={opening.busy} busy={cancelling.busy ? words.cancelling : null}>{words.cancel}</Button>
            </form>
          </Sheet>
        </>
      )}
      {state === 'CLOSED' && (
        <Button kind="main" busy={closing.busy ? words.closing : null} onClick={() => void closing.act(() => call('meetings.closeVoting', place))}>{words.close}</Button>
      )}
    </div>
  )
}
