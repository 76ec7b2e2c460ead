'use client'

import { useEffect, useRef, useState } from 'react'
import { clearDraft } from '#app/_client/drafts.ts'
import { refusalOf } from '#app/_client/refusal.ts'
import { call } from '#app/_client/trpc.ts'
import { fill } from '#app/_client/words.ts'
import { CodeField } from '#app/_parts/identity/code-field.tsx'
import { draftName, forgetBallot, holdBallot, keepBallot, type SentCode } from '#app/_parts/meetings/ballot-store.ts'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type ConfirmWords = Record<'sentTo' | 'demo' | 'code' | 'final' | 'vote' | 'busy' | 'asking' | 'again' | 'againIn' | 'noAnswer' | 'noNetwork', string>

type Props = {
  place: { buildingId: string; meetingId: string; draftId: string }
  digest: string
  /** 'The SMS repeats your answers. Check them.' */
  check: string
  receiptHref: string
  words: ConfirmWords
}

/** Asks for the code, takes it from the phone or the fingers, and votes only when the button is pressed. */
export function ConfirmBallot({ place, digest, check, receiptHref, words }: Props) {
  const { sent, asking, refusal, wait, ask } = useBallotCode(place, words)
  const [code, setCode] = useState('')
  const [state, setState] = useState({ busy: false, message: '' })

  async function cast(): Promise<void> {
    if (sent === null || state.busy) return
    setState({ busy: true, message: '' })
    const { ballotId, secret } = holdBallot(place.draftId)
    try {
      await call('meetings.castBallot', { ...place, ballotId, secret, challengeId: sent.challengeId, digest, code })
      clearDraft(draftName(place.meetingId))
      forgetBallot(place.draftId)
      location.assign(receiptHref)
    } catch (error) {
      setState({ busy: false, message: refusalOf(error) || words.noAnswer })
    }
  }

  return (
    <form noValidate className="flex flex-col gap-4" onSubmit={event => { event.preventDefault(); void cast() }}>
      {sent !== null && <p role="status">{fill(words.sentTo, { phone: sent.maskedPhone })} {check}</p>}
      {sent?.demoCode && <Notice tone="info">{fill(words.demo, { code: sent.demoCode })}</Notice>}
      {refusal && <Notice tone="care" live="alert">{refusal}</Notice>}
      <CodeField label={words.code} error={state.message} onCode={setCode} />
      <SendAgain key={`${sent?.challengeId} ${wait}`} seconds={wait} words={words} asking={asking} onAsk={ask} />
      <p className="text-small text-note">{words.final}</p>
      <ActBar>
        <Button type="submit" kind="main" disabled={sent === null || code.replace(/\s/g, '').length < 6} busy={state.busy ? words.busy : null}>{words.vote}</Button>
      </ActBar>
    </form>
  )
}

/** The code that was sent for this draft in this tab, or a new one on arrival. */
function useBallotCode(place: Props['place'], words: ConfirmWords) {
  const [sent, setSent] = useState<SentCode | null>(null)
  const [asking, setAsking] = useState(false)
  const [refusal, setRefusal] = useState('')
  const [wait, setWait] = useState(0)
  const begun = useRef(false)

  async function ask(): Promise<void> {
    setAsking(true)
    setRefusal('')
    try {
      const answer = await call('meetings.requestBallotCode', place)
      const found = { challengeId: answer.challengeId, maskedPhone: answer.maskedPhone, demoCode: answer.demoCode }
      keepBallot(place.draftId, { ...holdBallot(place.draftId), sent: found })
      setSent(found)
      setWait(answer.resendAfterSeconds)
    } catch (error) {
      setRefusal(refusalOf(error) || words.noNetwork)
    } finally {
      setAsking(false)
    }
  }

  useEffect(() => {
    if (begun.current) return
    begun.current = true
    // After a reload the code that came is still good, or the server says that it is not.
    const held = holdBallot(place.draftId).sent
    if (held !== null) setSent(held)
    else void ask()
  })
  return { sent, asking, refusal, wait, ask: () => void ask() }
}

function SendAgain({ seconds, words, asking, onAsk }: { seconds: number; words: ConfirmWords; asking: boolean; onAsk: () => void }) {
  const [left, setLeft] = useState(seconds)
  useEffect(() => {
    const timer = setInterval(() => setLeft(before => Math.max(0, before - 1)), 1000)
    return () => clearInterval(timer)
  }, [])
  return (
    <Button kind="quiet" disabled={left > 0} busy={asking ? words.asking : null} onClick={onAsk}>
      {left > 0 ? fill(words.againIn, { seconds: left }) : words.again}
    </Button>
  )
}
