'use client'

import { useEffect, useState } from 'react'
import type { DeskWords } from './desk-words.ts'
import { CallError, ask, call, type OutputOf } from '#app/_client/trpc.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { SelectField, TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import type { DeskCard } from '#server/desk/schema.ts'
import { formatDate, type Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'

type Props = { card: DeskCard; words: DeskWords; caller: { name: string; reason: string }; locale: Locale; onDone: () => void }
type Facts = OutputOf<'requests.categories'>

/** A request told over the telephone; who called and why the clerk files it stays in the trail. */
export function FileForCaller({ card, words, caller, onDone }: Props) {
  const w = words.filing
  const [facts, setFacts] = useState<Facts>([])
  const [form, setForm] = useState({ id: newId(), category: '', place: '', text: '', emergency: false })
  const [state, setState] = useState<{ busy: boolean; message: string; done: boolean }>({ busy: false, message: '', done: false })
  useEffect(() => void ask('requests.categories').then(setFacts, () => setState({ busy: false, message: words.noNetwork, done: false })), [words.noNetwork])
  const chosen = facts.find(fact => fact.category === form.category) ?? facts[0]
  const place = chosen?.places.find(each => each === form.place) ?? chosen?.places[0]

  async function send() {
    if (!chosen || !place || state.busy) return
    setState({ busy: true, message: '', done: false })
    try {
      const filed = await call('requests.fileRequest', { requestId: form.id, buildingId: card.buildingId, category: chosen.category, place, text: form.text,
        emergency: form.emergency && chosen.emergencyPossible, submittedAt: new Date().toISOString(),
        onBehalfOf: { premisesId: card.premisesId, callerName: caller.name, reason: caller.reason } })
      setState({ busy: false, message: fill(w.done, { number: filed.number, date: formatDate(filed.dueOn) }), done: true })
      setForm({ id: newId(), category: '', place: '', text: '', emergency: false })
      onDone()
    } catch (error) {
      setState({ busy: false, message: error instanceof CallError && error.message ? error.message : words.noNetwork, done: false })
    }
  }
  const named = (list: DeskWords['categories'], key: string) => typeof list[key] === 'string' ? list[key] : key
  return (
    <form className="flex flex-col gap-3" onSubmit={event => { event.preventDefault(); void send() }}>
      <h2 className="text-title font-semibold">{w.title}</h2>
      <SelectField size="dense" autoFocus label={w.category} value={chosen?.category ?? ''} onChange={event => setForm({ ...form, category: event.target.value, place: '' })}
        options={facts.map(fact => ({ value: fact.category, label: named(words.categories, fact.category) }))} />
      <SelectField size="dense" label={w.place} value={place ?? ''} onChange={event => setForm({ ...form, place: event.target.value })}
        options={(chosen?.places ?? []).map(each => ({ value: each, label: named(words.places, each) }))} />
      <TextArea label={w.text} hint={w.textHint} required value={form.text} onChange={event => setForm({ ...form, text: event.target.value })} />
      {chosen?.emergencyPossible && <CheckField label={w.emergency} checked={form.emergency} onChange={event => setForm({ ...form, emergency: event.target.checked })} />}
      {caller.name.trim() === '' && <p className="text-note">{words.callerMissing}</p>}
      {state.message && <Notice tone={state.done ? 'good' : 'danger'} live={state.done ? 'status' : 'alert'}>{state.message}</Notice>}
      <Button type="submit" busy={state.busy ? w.sending : null}>{w.send}</Button>
    </form>
  )
}
