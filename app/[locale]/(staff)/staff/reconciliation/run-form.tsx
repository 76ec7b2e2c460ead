'use client'
import type { FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import type { WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'

type Props = { places: readonly { buildingId: string; name: string }[]; today: string; words: WordsRecord }

/** A day judged anew, when a file of it has just come. */
export function RunForm({ places, today, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const { busy, problem, act } = useAct()
  async function run(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    await act(async () => {
      await call('statements.reconcile', { buildingId: String(form.get('house') ?? ''), day: String(form.get('day') ?? '') })
      return leave()
    })
  }
  return (
    <form onSubmit={event => void run(event)} className="flex max-w-2xl flex-wrap items-end gap-2">
      <SelectField size="dense" name="house" label={w('house')} options={places.map(place => ({ value: place.buildingId, label: place.name }))} />
      <Field size="dense" type="date" name="day" label={w('day')} defaultValue={today} max={today} required error={problem?.message} />
      <Button type="submit" busy={busy && w('working')}>{w('run')}</Button>
    </form>
  )
}
