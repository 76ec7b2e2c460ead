'use client'

import type { FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type ActWords = Record<'publishTitle' | 'publishNote' | 'publish' | 'working' | 'decline' | 'reason' | 'reasonHint' | 'takeBack' | 'endTitle' | 'lastDay' | 'ground' | 'end', string>
type Props = { tariffId: string; words: ActWords; does: 'DECIDE' | 'DECLINE' | 'TAKE_BACK' | 'END'; least: string }

/** The second person publishes or sends back; the drafter takes back; the authority ends what is in force. */
export function TariffActs({ tariffId, words, does, least }: Props) {
  const { busy, problem, act } = useAct(leave)
  const said = (event: FormEvent<HTMLFormElement>, name: string) => {
    event.preventDefault()
    return String(new FormData(event.currentTarget).get(name) ?? '').trim()
  }
  const decline = (event: FormEvent<HTMLFormElement>) => {
    const reason = said(event, 'reason')
    void act(() => call('billing.declineTariff', { tariffId, reason }))
  }
  const end = (event: FormEvent<HTMLFormElement>) => {
    const [lastDay, ground] = [said(event, 'lastDay'), said(event, 'ground')]
    void act(() => call('billing.endTariff', { tariffId, lastDay, ground }))
  }

  return (
    <>
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {does === 'DECIDE' && (
        <Card title={words.publishTitle} note={words.publishNote}>
          <div><Button kind="main" busy={busy ? words.working : null} onClick={() => void act(() => call('billing.publishTariff', { tariffId }))}>{words.publish}</Button></div>
        </Card>
      )}
      {does !== 'END' && (
        <form onSubmit={decline} className="flex flex-col gap-3">
          <Field size="dense" name="reason" label={words.reason} hint={words.reasonHint} required minLength={3} maxLength={500} autoComplete="off" />
          <div><Button type="submit" disabled={busy}>{does === 'TAKE_BACK' ? words.takeBack : words.decline}</Button></div>
        </form>
      )}
      {does === 'END' && (
        <Card title={words.endTitle}>
          <form onSubmit={end} className="flex flex-col gap-3">
            <Field size="dense" type="date" name="lastDay" label={words.lastDay} defaultValue={least} required />
            <Field size="dense" name="ground" label={words.ground} required minLength={3} maxLength={300} autoComplete="off" />
            <div><Button type="submit" disabled={busy}>{words.end}</Button></div>
          </form>
        </Card>
      )}
    </>
  )
}
