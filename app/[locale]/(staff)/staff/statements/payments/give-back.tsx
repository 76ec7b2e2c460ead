'use client'

import type { FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'

export type GiveBackWords = Record<'giveBack' | 'reason' | 'reasonHint' | 'act' | 'working', string>
type Props = { buildingId: string; paymentId: string; way: string; words: GiveBackWords }

/** What was posted is taken back from the account, with the reason; how the money itself goes depends on who took it. */
export function GiveBack({ buildingId, paymentId, way, words }: Props) {
  const { busy, problem, act } = useAct(leave)
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void act(() => call('payments.reverse', { buildingId, paymentId, reason: String(new FormData(event.currentTarget).get('reason') ?? '').trim() }))
  }
  return (
    <Sheet flat summary={words.giveBack}>
      <p className="max-w-md text-note">{way}</p>
      <form onSubmit={send} className="flex max-w-md flex-col gap-2">
        <Field size="dense" name="reason" label={words.reason} hint={words.reasonHint} required minLength={3} maxLength={300} autoComplete="off" />
        {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
        <div><Button type="submit" busy={busy ? words.working : null}>{words.act}</Button></div>
      </form>
    </Sheet>
  )
}
