'use client'

import type { FormEvent } from 'react'
import { call, type InputOf } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type HeatActsWords = Record<'publish' | 'publishNote' | 'working' | 'decline' | 'takeBack' | 'end' | 'reason' | 'lastDay', string>
type Props = { what: InputOf<'billing.publishHeat'>; does: 'DECIDE' | 'DECLINE' | 'TAKE_BACK' | 'END'; least: string; /** Where what is declined is no more to be seen. */ done: string; words: HeatActsWords }

/** The second person publishes or sends back; the drafter takes back; what is in force is ended. */
export function HeatActs({ what, does, least, done, words }: Props) {
  const { busy, problem, act } = useAct()
  function end(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const said = new FormData(event.currentTarget)
    const word = (name: string) => String(said.get(name) ?? '').trim()
    void act(async () => {
      await call('billing.endHeat', { ...what, lastDay: word('lastDay') || null, ground: word('ground') })
      return leave(does === 'END' ? undefined : done)
    })
  }

  return (
    <div className="flex flex-col gap-3">
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {does === 'DECIDE' && (
        <>
          <p className="text-note">{words.publishNote}</p>
          <div><Button kind="main" busy={busy ? words.working : null} onClick={() => void act(() => call('billing.publishHeat', what).then(() => leave()))}>{words.publish}</Button></div>
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
