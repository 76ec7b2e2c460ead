'use client'
import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import type { WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'

type Props = { places: readonly { buildingId: string; name: string }[]; funds: readonly { value: string; label: string }[]; today: string; words: WordsRecord }

/** An account of the house in a bank: its statements are taken at once, and people pay there when another person has confirmed it. */
export function AccountForm({ places, funds, today, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const [bankAccountId] = useState(() => newId())
  const { busy, problem, act } = useAct(leave)

  function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '')
    void act(() => call('statements.registerAccount', { buildingId: text('house'), bankAccountId, number: text('number'), bankName: text('bank'),
      fund: text('fund') === 'SAVINGS' ? 'SAVINGS' : 'CURRENT', validFrom: text('from'), basis: text('basis') }))
  }

  return (
    <form onSubmit={add} className="grid max-w-3xl gap-3 sm:grid-cols-2">
      <SelectField size="dense" label={w('house')} name="house" options={places.map(place => ({ value: place.buildingId, label: place.name }))} />
      <SelectField size="dense" label={w('fund')} name="fund" options={funds} />
      <Field size="dense" label={w('number')} name="number" required maxLength={40} autoComplete="off" />
      <Field size="dense" label={w('bank')} name="bank" required minLength={2} maxLength={120} autoComplete="off" />
      <Field size="dense" label={w('from')} name="from" type="date" required defaultValue={today} />
      <Field size="dense" label={w('basis')} hint={w('basisHint')} name="basis" required minLength={3} maxLength={300} autoComplete="off" />
      {problem && <div className="sm:col-span-2"><Notice tone="care" live="alert">{problem.message}</Notice></div>}
      <div><Button type="submit" disabled={busy}>{w('act')}</Button></div>
    </form>
  )
}
