'use client'
import type { FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Props = { buildingId: string; bankAccountId: string; mine: boolean; words: Record<'confirm' | 'withdraw' | 'why', string> }

/** The second person has compared the number with the bank's paper and confirms; until then whoever keeps the money may take it back. */
export function AccountActs({ buildingId, bankAccountId, mine, words }: Props) {
  const { busy, problem, act } = useAct(leave)
  const withdraw = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const note = String(new FormData(event.currentTarget).get('why') ?? '')
    void act(() => call('statements.withdrawAccount', { buildingId, bankAccountId, note }))
  }
  return (
    <div className="flex flex-col items-start gap-2">
      {!mine && <Button disabled={busy} onClick={() => void act(() => call('statements.confirmAccount', { buildingId, bankAccountId }))}>{words.confirm}</Button>}
      <form onSubmit={withdraw} className="flex items-end gap-2">
        <Field size="dense" name="why" label={words.why} required minLength={3} maxLength={300} autoComplete="off" />
        <Button type="submit" disabled={busy}>{words.withdraw}</Button>
      </form>
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
    </div>
  )
}
