'use client'

import type { FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type ServiceActsWords = Record<'publish' | 'publishNote' | 'working' | 'decline' | 'takeBack' | 'reason', string>
type Props = { buildingId: string; changeId: string; /** Drafted by the person who looks. */ mine: boolean; done: string; words: ServiceActsWords }

/** The second person publishes or sends back; the drafter takes back. */
export function ServiceActs({ buildingId, changeId, mine, done, words }: Props) {
  const { busy, problem, act } = useAct()

  async function decide(decision: 'PUBLISH' | 'DECLINE', reason: string | null) {
    await act(async () => {
      await call('billing.decideService', { buildingId, changeId, decision, reason })
      return leave(done)
    })
  }
  function decline(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    void decide('DECLINE', String(new FormData(event.currentTarget).get('reason') ?? '').trim())
  }

  return (
    <div className="flex flex-col gap-3">
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {!mine && (
        <>
          <p className="text-note">{words.publishNote}</p>
          <div><Button kind="main" busy={busy ? words.working : null} onClick={() => void decide('PUBLISH', null)}>{words.publish}</Button></div>
        </>
      )}
      <form onSubmit={decline} className="flex max-w-2xl flex-wrap items-end gap-2">
        <Field size="dense" name="reason" label={words.reason} required minLength={3} maxLength={500} autoComplete="off" />
        <Button type="submit" disabled={busy}>{mine ? words.takeBack : words.decline}</Button>
      </form>
    </div>
  )
}
