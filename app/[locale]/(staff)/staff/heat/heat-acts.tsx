'use client'

import { useState, type FormEvent } from 'react'
import { call, CallError, type InputOf } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type HeatActsWords = Record<'publish' | 'publishNote' | 'working' | 'decline' | 'takeBack' | 'end' | 'reason' | 'lastDay' | 'noNetwork', string>
type Props = { what: InputOf<'billing.publishHeat'>; does: 'DECIDE' | 'DECLINE' | 'TAKE_BACK' | 'END'; least: string; /** Where what is declined is no more to be seen. */ done: string; words: HeatActsWords }

/** The second person publishes or sends back; the drafter takes back; what is in force is ended. */
export function HeatActs({ what, does, least, done, words }: Props) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')

  async function act(work: () => Promise<unknown>, next: string = window.location.href) {
    setBusy(true)
    setProblem('')
    try {
      await work()
      window.location.assign(next)
    } catch (error) {
      setProblem((error instanceof CallError && error.message) || words.noNetwork)
      setBusy(false)
    }
  }
  function end(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const said = new FormData(event.currentTarget)
    const word = (name: string) => String(said.get(name) ?? '').trim()
    void act(() => call('billing.endHeat', { ...what, lastDay: word('lastDay') || null, ground: word('ground') }), does === 'END' ? undefined : done)
  }

  return (
    <div className="flex flex-col gap-3">
      {problem && <Notice tone="care" live="alert">{problem}</Notice>}
      {does === 'DECIDE' && (
        <>
          <p className="text-note">{words.publishNote}</p>
          <div><Button kind="main" busy={busy ? words.working : null} onClick={() => void act(() => call('billing.publishHeat', what))}>{words.publish}</Button></div>
        </>
      )}
      <form onSubmit={end} className="flex max-w-2xl flex-wrap items-end gap-2">
        {does === 'END' && <Field size="dense" type="date" name="lastDay" label={words.lastDay} defaultValue={least} required />}
        <Field size="dense" name="ground" label={words.reason} required minLength={3} maxLength={300} autoComplete="off" />
        <Button type="submit" disabled={busy}>{does === 'END' ? words.end : does === 'TAKE_BACK' ? words.takeBack : words.decline}</Button>
      </form>
    </div>
  )
}
