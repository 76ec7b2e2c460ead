'use client'

import type { FormEvent } from 'react'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type WithdrawWords = Record<'ask' | 'confirm' | 'reason' | 'working', string>
type Props = { /** Somebody has asked for it already. */ asked: boolean; withdraw: (reason: string | null) => Promise<unknown>; /** Where one goes then; this very page when nothing is said. */ done?: string; words: WithdrawWords }

/** What two people published by mistake: the first person says why, the second withdraws. */
export function WithdrawForm({ asked, withdraw, done, words }: Props) {
  const { busy, problem, act } = useAct(() => leave(done))
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const reason = asked ? null : String(new FormData(event.currentTarget).get('reason') ?? '').trim()
    void act(() => withdraw(reason))
  }
  return (
    <form onSubmit={send} className="flex max-w-2xl flex-wrap items-end gap-2">
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {!asked && <Field size="dense" name="reason" label={words.reason} required minLength={3} maxLength={300} autoComplete="off" />}
      <Button type="submit" busy={busy ? words.working : null}>{asked ? words.confirm : words.ask}</Button>
    </form>
  )
}
