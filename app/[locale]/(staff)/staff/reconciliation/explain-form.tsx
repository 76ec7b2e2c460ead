'use client'
import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import type { WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'

/** Why a difference is there, once and in words. */
export function ExplainForm({ buildingId, differenceId, words }: { buildingId: string; differenceId: string; words: WordsRecord }) {
  const w = (key: string) => String(words[key] ?? '')
  const [open, setOpen] = useState(false)
  const { busy, problem, act } = useAct(leave)
  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const explanation = String(new FormData(event.currentTarget).get('words') ?? '')
    void act(() => call('statements.answerDifference', { buildingId, differenceId, explanation }))
  }
  if (!open) return <Button onClick={() => setOpen(true)}>{w('explain')}</Button>
  return (
    <form onSubmit={send} className="flex items-end gap-2">
      <Field size="dense" name="words" label={w('words')} required minLength={3} maxLength={300} autoFocus autoComplete="off" error={problem?.message} />
      <Button type="submit" disabled={busy}>{w('act')}</Button>
    </form>
  )
}
