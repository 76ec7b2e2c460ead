'use client'
import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type PassportField = { name: string; label: string; value: string; kind: 'text' | 'number' | 'date' | 'yesNo' | 'choice'; options: readonly { value: string; label: string }[] }
type Words = { notGiven: string; ground: string; groundHint: string; save: string; saving: string; saved: string; nothingChanged: string }
type Props = { buildingId: string; fields: readonly PassportField[]; words: Words }

function valueOf(field: PassportField, typed: string): string | number | boolean | null {
  const text = typed.trim()
  if (text === '') return null
  if (field.kind === 'yesNo') return text === 'true'
  return field.kind === 'number' ? Number(text) : text
}

export function PassportForm({ buildingId, fields, words }: Props) {
  const [saved, setSaved] = useState('')
  const { busy, problem, act } = useAct()
  const wrong = String(problem?.params?.['field'] ?? problem?.fields?.[0]?.split('.').at(-1) ?? '')
  const errorOf = (name: string) => (name === wrong ? problem?.message : undefined)

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    // Only what differs from what was shown: another person's change in between is not undone.
    const passport = Object.fromEntries(fields.flatMap(field => {
      const typed = String(form.get(field.name) ?? '')
      return typed === field.value ? [] : [[field.name, valueOf(field, typed)]]
    }))
    setSaved('')
    await act(async () => {
      const { changed } = await call('buildings.correct', { buildingId, passport, ground: String(form.get('ground') ?? '') })
      setSaved(changed.length === 0 ? words.nothingChanged : fill(words.saved, { count: changed.length }))
    })
  }

  return (
    <form onSubmit={event => void save(event)} className="flex max-w-5xl flex-col gap-4">
      <div className="grid gap-3 md:grid-cols-2">
        {fields.map(field => <OneField key={field.name} field={field} notGiven={words.notGiven} error={errorOf(field.name)} />)}
      </div>
      <Field label={words.ground} hint={words.groundHint} name="ground" required minLength={3} maxLength={300} size="dense" error={errorOf('ground')} />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {saved && <Notice tone="good" live="status">{saved}</Notice>}
      <div><Button type="submit" kind="main" hotkey="s" busy={busy ? words.saving : null}>{words.save}</Button></div>
    </form>
  )
}

function OneField({ field, notGiven, error }: { field: PassportField; notGiven: string; error?: string | undefined }) {
  const shared = { label: field.label, name: field.name, defaultValue: field.value, error }
  if (field.kind === 'choice' || field.kind === 'yesNo') return <SelectField {...shared} size="dense" options={[{ value: '', label: notGiven }, ...field.options]} />
  if (field.kind === 'number') return <Field {...shared} size="dense" inputMode="numeric" pattern="[0-9]*" maxLength={6} />
  if (field.kind === 'date') return <Field {...shared} size="dense" type="date" />
  return <Field {...shared} size="dense" maxLength={500} />
}
