'use client'
import { useState, type FormEvent } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import type { WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'

/** Why a difference is there, once and in words. */
export function ExplainForm({ buildingId, differenceId, words }: { buildingId: string; differenceId: string; words: WordsRecord }) {
  const w = (key: string) => String(words[key] ?? '')
  const [open, setOpen] = useState(false)
  const [error, setError] = useState<string | undefined>(undefined)
  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    try {
      await call('statements.answerDifference', { buildingId, differenceId, explanation: String(new FormData(event.currentTarget).get('words') ?? '') })
      window.location.reload()
    } catch (refusal) {
      if (!(refusal instanceof CallError)) throw refusal
      setError(refusal.message)
    }
  }
  if (!open) return <Button onClick={() => setOpen(true)}>{w('explain')}</Button>
  return (
    <form onSubmit={event => void send(event)} className="flex items-end gap-2">
      <Field size="dense" name="words" label={w('words')} required minLength={3} maxLength={300} autoFocus autoComplete="off" error={error} />
      <Button type="submit">{w('act')}</Button>
    </form>
  )
}
