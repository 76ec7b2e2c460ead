'use client'

import type { FormEvent } from 'react'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type DecideActsWords = Record<'publish' | 'publishNote' | 'working' | 'decline' | 'takeBack' | 'reason', string> & Partial<Record<'end' | 'lastDay' | 'switchOff' | 'switchOffNote', string>>
export type Said = { readonly lastDay: string | null; readonly reason: string | null }
type Decision = 'PUBLISH' | 'DECLINE' | 'END' | 'SWITCH_OFF'
type Props<D extends Decision> = { does: readonly D[]; mine: boolean; /** The soonest last day. */ least: string; decide: (decision: D, said: Said) => Promise<unknown>; done: string; words: DecideActsWords }

/** The second person publishes or sends back; the drafter takes back; what is in force is switched off or ended. */
export function DecideActs<D extends Decision>({ does, mine, least, decide, done, words }: Props<D>) {
  const { busy, problem, act } = useAct()

  const decided = (decision: D, said: Said) => act(async () => {
    await decide(decision, said)
    return leave(done)
  })
  const submit = (decision: D) => (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = (name: string) => String(form.get(name) ?? '').trim() || null
    void decided(decision, { lastDay: said('lastDay'), reason: said('reason') })
  }
  const names: Record<Decision, string | undefined> = { PUBLISH: words.publish, DECLINE: mine ? words.takeBack : words.decline, END: words.end, SWITCH_OFF: words.switchOff }

  return (
    <div className="flex flex-col gap-3">
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {does.map(decision => decision === 'PUBLISH' ? (
        <div key={decision} className="flex flex-col gap-3">
          <p className="text-note">{words.publishNote}</p>
          <div><Button kind="main" busy={busy ? words.working : null} onClick={() => void decided(decision, { lastDay: null, reason: null })}>{words.publish}</Button></div>
        </div>
      ) : (
        <form key={decision} onSubmit={submit(decision)} className="flex max-w-2xl flex-wrap items-end gap-2">
          {decision === 'SWITCH_OFF' && <p className="w-full text-note">{words.switchOffNote}</p>}
          {decision === 'END' && <Field size="dense" type="date" name="lastDay" label={words.lastDay ?? ''} defaultValue={least} required />}
          <Field size="dense" name="reason" label={words.reason} required minLength={3} maxLength={300} autoComplete="off" />
          <Button type="submit" disabled={busy}>{names[decision]}</Button>
        </form>
      ))}
    </div>
  )
}
