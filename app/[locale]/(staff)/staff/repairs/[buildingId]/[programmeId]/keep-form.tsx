'use client'

import { useState, type FormEvent } from 'react'
import { leave, useAct } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField, TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { nextId, performers, type ActName } from './performers.ts'

export type KeepField = { name: string; label: string; kind: 'text' | 'sum' | 'date' | 'number' | 'rows' | 'files' | 'select' | 'hidden'; hint?: string; value?: string; optional?: boolean; options?: { value: string; label: string }[] }
export type KeepWords = Record<'send' | 'sending' | 'mistyped' | 'mistypedRow' | 'tooLarge', string>
type Props = { act: ActName; title: string; note?: string; place: { buildingId: string; programmeId: string }; fields: readonly KeepField[]; words: KeepWords }

/** One act of those who keep a programme: opens, is filled, sent once; what was refused is told and stays typed. */
export function KeepForm({ act: name, title, note, place, fields, words }: Props) {
  const [id] = useState(nextId)
  const { busy, problem, act } = useAct(leave)

  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const text = (field: string) => String(data.get(field) ?? '').trim()
    const files = (field: string) => data.getAll(field).filter(each => each instanceof File)
    void act(async () => performers[name]({ key: place, id, text, files, tooLarge: words.tooLarge }))
  }

  return (
    <Sheet summary={title}>
      {note && <p className="text-note">{note}</p>}
      <form onSubmit={send} className="flex flex-col gap-3">
        {fields.map(field => <KeepInput key={field.name} field={field} />)}
        {problem && <Notice tone="care" live="alert">{problem.message || (problem.params?.['row'] === undefined ? words.mistyped : fill(words.mistypedRow, problem.params))}</Notice>}
        <div><Button type="submit" kind="main" busy={busy ? words.sending : null}>{words.send}</Button></div>
      </form>
    </Sheet>
  )
}

function KeepInput({ field: { name, label, kind, hint, value, optional, options } }: { field: KeepField }) {
  const common = { name, label, hint, required: !optional, defaultValue: value }
  if (kind === 'hidden') return <input type="hidden" name={name} value={value} />
  if (kind === 'select') return <SelectField size="dense" {...common} options={options ?? []} />
  if (kind === 'rows') return <TextArea {...common} rows={6} maxLength={40_000} />
  if (kind === 'files') return <Field size="dense" {...common} type="file" accept="image/*,application/pdf" multiple />
  if (kind === 'date') return <Field size="dense" {...common} type="date" />
  if (kind === 'number') return <Field size="dense" {...common} type="number" min={1} max={60} />
  return <Field size="dense" {...common} inputMode={kind === 'sum' ? 'decimal' : 'text'} maxLength={300} />
}
