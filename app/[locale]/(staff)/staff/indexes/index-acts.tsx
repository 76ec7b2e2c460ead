'use client'

import type { FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type IndexActsWords = Record<'publish' | 'publishNote' | 'working' | 'decline' | 'takeBack' | 'reason', string>
type Props = { indexId: string; does: { publish: boolean; decline: boolean }; mine: boolean; words: IndexActsWords }

/** The second person publishes or sends back; the drafter takes back. */
export function IndexActs({ indexId, does, mine, words }: Props) {
  const { busy, problem, act } = useAct(leave)
  const decline = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim()
    void act(() => call('billing.decideIndex', { indexId, decision: 'DECLINE', reason }))
  }
  return (
    <div className="flex flex-col gap-3">
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {does.publish && (
        <>
          <p className="text-note">{words.publishNote}</p>
          <div><Button kind="main" busy={busy ? words.working : null} onClick={() => void act(() => call('billing.decideIndex', { indexId, decision: 'PUBLISH', reason: null }))}>{words.publish}</Button></div>
        </>
      )}
      {does.decline && (
        <form onSubmit={decline} className="flex max-w-2xl flex-wrap items-end gap-2">
          <Field size="dense" name="reason" label={words.reason} required minLength={3} maxLength={300} autoComplete="off" />
          <Button type="submit" disabled={busy}>{mine ? words.takeBack : words.decline}</Button>
        </form>
      )}
    </div>
  )
}
