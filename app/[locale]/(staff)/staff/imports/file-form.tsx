'use client'
import { useState, type FormEvent } from 'react'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { newId } from '#server/kernel/ids.ts'
import type { Locale } from '#server/kernel/format.ts'

type Choice = { id: string; title: string; needs: 'NOTHING' | 'HOUSE' | 'METER_PLACE'; columns: readonly { header: string; others: readonly string[]; required: boolean }[] }
type Words = { mapping: string; house: string; houseHint: string; houseInFile: string; unit: string; unitHint: string; serial: string; file: string; columns: string; required: string; act: string; sending: string; noFile: string; noHouse: string; noNetwork: string }
type Props = { locale: Locale; choices: readonly Choice[]; places: readonly { buildingId: string; name: string }[]; words: Words }

/** What the file is, for which house, and the file itself; its bytes go as they are. */
export function FileForm({ locale, choices, places, words }: Props) {
  const [chosen, setChosen] = useState(choices[0]?.id ?? '')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const choice = choices.find(each => each.id === chosen)

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const file = form.get('file')
    const house = String(form.get('house') ?? '')
    if (!(file instanceof File) || file.size === 0) return setError(words.noFile)
    if (choice?.needs === 'METER_PLACE' && house === '') return setError(words.noHouse)
    setBusy(true)
    setError(null)
    const batchId = newId()
    const typed = ['unit', 'serial'].flatMap(name => String(form.get(name) ?? '').trim() === '' ? [] : [[name, String(form.get(name)).trim()]])
    const query = new URLSearchParams({ batchId, mapping: chosen, fileName: file.name, ...(house ? { buildingId: house } : {}), ...Object.fromEntries(typed) })
    try {
      const answer = await fetch(`/api/files/imports?${query.toString()}`, { method: 'POST', body: file, headers: { 'content-type': 'application/octet-stream', 'x-uyim-locale': locale } })
      if (answer.ok) return window.location.assign(`/${locale}/staff/imports/${batchId}`)
      const { message } = await answer.json().catch(() => ({ message: '' })) as { message?: string }
      setError(message || words.noNetwork)
    } catch {
      setError(words.noNetwork)
    }
    setBusy(false)
  }

  return (
    <form onSubmit={event => void send(event)} className="flex max-w-3xl flex-col gap-3">
      <SelectField label={words.mapping} name="mapping" value={chosen} onChange={event => setChosen(event.target.value)} options={choices.map(each => ({ value: each.id, label: each.title }))} />
      {choice && choice.needs !== 'NOTHING' && (
        <SelectField label={words.house} hint={choice.needs === 'HOUSE' ? words.houseHint : undefined} name="house" options={[{ value: '', label: choice.needs === 'HOUSE' ? words.houseInFile : '—' }, ...places.map(place => ({ value: place.buildingId, label: place.name }))]} />
      )}
      {choice?.needs === 'METER_PLACE' && <Field label={words.unit} hint={words.unitHint} name="unit" size="dense" maxLength={20} autoComplete="off" />}
      {choice?.needs === 'METER_PLACE' && <Field label={words.serial} name="serial" size="dense" maxLength={40} autoComplete="off" />}
      <Field label={words.file} name="file" type="file" size="dense" accept=".csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" error={error ?? undefined} />
      {choice && (
        <Sheet summary={words.columns} flat>
          <ul className="list-disc ps-5">{choice.columns.map(column => <li key={column.header}><b className="font-medium">{column.header}</b>{column.required ? ` (${words.required})` : ''}{column.others.length > 0 && <span className="text-note"> {column.others.join(', ')}</span>}</li>)}</ul>
        </Sheet>
      )}
      {error !== null && <Notice tone="care" live="alert">{error}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? words.sending : null}>{words.act}</Button></div>
    </form>
  )
}
