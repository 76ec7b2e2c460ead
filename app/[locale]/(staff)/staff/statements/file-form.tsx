'use client'
import { useState, type FormEvent } from 'react'
import type { WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import type { Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'

type Props = { locale: Locale; places: readonly { buildingId: string; name: string }[]; kinds: readonly { value: string; label: string }[]; words: WordsRecord }
const columns = ['account', 'amount', 'date', 'document'] as const

/** Whose file it is, and the file itself; its bytes go as they are. */
export function FileForm({ locale, places, kinds, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const [kind, setKind] = useState('STATEMENT')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const file = form.get('file')
    if (!(file instanceof File) || file.name === '') return setError(w('noFile'))
    if (file.size === 0) return setError(w('emptyFile'))
    setBusy(true)
    setError(null)
    const buildingId = String(form.get('house') ?? '')
    const named = kind === 'STATEMENT' ? [] : columns.flatMap(column => (form.get(column) ? [[column, String(form.get(column))]] : []))
    const query = new URLSearchParams({ buildingId, statementId: newId(), fileName: file.name, ...(kind === 'STATEMENT' ? {} : { source: kind }), ...Object.fromEntries(named) as Record<string, string> })
    try {
      const answer = await fetch(`/api/files/statements?${query.toString()}`, { method: 'POST', body: file, headers: { 'content-type': 'application/octet-stream', 'x-uyim-locale': locale } })
      const said = await answer.json().catch(() => ({})) as { statementId?: string; message?: string }
      if (answer.ok && said.statementId) return window.location.assign(`/${locale}/staff/statements/${buildingId}/${said.statementId}`)
      setError(said.message || w('noNetwork'))
    } catch {
      setError(w('noNetwork'))
    }
    setBusy(false)
  }

  return (
    <form onSubmit={event => void send(event)} className="flex max-w-3xl flex-col gap-3">
      <SelectField size="dense" label={w('house')} name="house" options={places.map(place => ({ value: place.buildingId, label: place.name }))} />
      <SelectField size="dense" label={w('what')} name="kind" value={kind} onChange={event => setKind(event.target.value)} options={kinds} />
      <Field label={w('file')} hint={w('hint')} name="file" type="file" size="dense" accept=".txt,.csv,.xlsx" />
      {kind !== 'STATEMENT' && (
        <Sheet summary={w('columns')} flat>
          {columns.map(column => <Field key={column} label={w(column)} name={column} size="dense" maxLength={100} autoComplete="off" />)}
        </Sheet>
      )}
      {error !== null && <Notice tone="care" live="alert">{error}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w('sending') : null}>{w('act')}</Button></div>
    </form>
  )
}
