'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type WithdrawWords = Record<'reason' | 'counterAct' | 'withdraw' | 'undo' | 'working' | 'gone' | 'recalculated' | 'notRecalculated', string>
type Props = { what: { buildingId: string; interruptionId: string }; counted: boolean; words: WithdrawWords }

/** Why, and, where bills have counted the act, the paper that undoes it. */
export function WithdrawForm({ what, counted, words: w }: Props) {
  const { busy, problem, act } = useAct()
  const [told, setTold] = useState('')

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = (name: string) => String(form.get(name) ?? '').trim()
    await act(async () => {
      const done = await call('billing.withdrawInterruption', { ...what, reason: said('reason'), counterAct: said('counterAct') || null })
      setTold(!done.counted ? w.gone : done.recalculated.length > 0 ? w.recalculated : w.notRecalculated)
    })
  }

  if (told !== '') return <Notice tone="good" live="status">{told}</Notice>
  return (
    <form onSubmit={event => void send(event)} className="flex max-w-2xl flex-wrap items-end gap-2">
      {counted && <Field size="dense" name="counterAct" label={w.counterAct} required maxLength={60} autoComplete="off" />}
      <Field size="dense" name="reason" label={w.reason} required minLength={3} maxLength={300} autoComplete="off" />
      <Button type="submit" kind="main" busy={busy ? w.working : null}>{counted ? w.undo : w.withdraw}</Button>
      {problem && <div className="w-full"><Notice tone="care" live="alert">{problem.message}</Notice></div>}
    </form>
  )
}
