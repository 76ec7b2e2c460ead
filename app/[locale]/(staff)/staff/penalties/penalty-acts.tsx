'use client'

import type { FormEvent } from 'react'
import { call, type InputOf } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Decision = InputOf<'billing.decidePenalty'>['decision']
export type PenaltyActsWords = Record<'publish' | 'publishNote' | 'working' | 'decline' | 'takeBack' | 'end' | 'switchOff' | 'switchOffNote' | 'reason' | 'lastDay', string>
type Props = { ruleId: string; does: readonly Decision[]; mine: boolean; least: string; done: string; words: PenaltyActsWords }

/** The second person publishes or sends back; the drafter takes back; what is in force is switched off or ended. */
export function PenaltyActs({ ruleId, does, mine, least, done, words }: Props) {
  const { busy, problem, act } = useAct()

  async function decide(decision: Decision, said: { lastDay: string | null; reason: string | null }) {
    await act(async () => {
      await call('billing.decidePenalty', { ruleId, decision, ...said })
      return leave(done)
    })
  }
  const submit = (decision: Decision) => (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = (name: string) => String(form.get(name) ?? '').trim() || null
    void decide(decision, { lastDay: said('lastDay'), reason: said('reason') })
  }
  const names: Record<Exclude<Decision, 'PUBLISH'>, string> = { DECLINE: mine ? words.takeBack : words.decline, END: words.end, SWITCH_OFF: words.switchOff }

  return (
    <div className="flex flex-col gap-3">
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {does.includes('PUBLISH') && (
        <>
          <p className="text-note">{words.publishNote}</p>
          <div><Button kind="main" busy={busy ? words.working : null} onClick={() => void decide('PUBLISH', { lastDay: null, reason: null })}>{words.publish}</Button></div>
        </>
      )}
      {does.filter(each => each !== 'PUBLISH').map(decision => (
        <form key={decision} onSubmit={submit(decision)} className="flex max-w-2xl flex-wrap items-end gap-2">
          {decision === 'SWITCH_OFF' && <p className="w-full text-note">{words.switchOffNote}</p>}
          {decision === 'END' && <Field size="dense" type="date" name="lastDay" label={words.lastDay} defaultValue={least} required />}
          <Field size="dense" name="reason" label={words.reason} required minLength={3} maxLength={300} autoComplete="off" />
          <Button type="submit" disabled={busy}>{names[decision]}</Button>
        </form>
      ))}
    </div>
  )
}
