import { useEffect, useState } from 'react'
import type { DeskWords } from './desk-words.ts'
import type { ForCaller } from './read-for-caller.tsx'
import { CallerField } from './search-pane.tsx'
import { phoneInstant } from '#app/_client/phone-clock.ts'
import { refusalOf } from '#app/_client/refusal.ts'
import { ask, call, type OutputOf } from '#app/_client/trpc.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { SelectField, TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatDate } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import { urgencyOf } from '#server/requests/rules.ts'

type Categories = OutputOf<'requests.categories'>
type Said = { busy: boolean; message: string; done: boolean }
const silent: Said = { busy: false, message: '', done: false }
const emptyForm = () => ({ id: newId(), category: '', place: '', text: '', emergency: false })
/** What was typed for a home and not sent: it stays while the clerk looks at another card or does something else. */
const unsent = new Map<string, ReturnType<typeof emptyForm>>()

/** A request told over the telephone; who called and why the clerk files it stays in the trail. */
export function FileForCaller({ card, words, caller, setCaller, onDone }: ForCaller) {
  const w = words.filing
  const [categories, setCategories] = useState<Categories>([])
  const [form, draw] = useState(() => unsent.get(card.premisesId) ?? emptyForm())
  const setForm = (next: typeof form) => {
    unsent.set(card.premisesId, next)
    draw(next)
  }
  const [said, setSaid] = useState(silent)
  useEffect(() => void ask('requests.categories').then(setCategories, () => setSaid({ ...silent, message: words.noNetwork })), [words.noNetwork])
  const chosen = chosenOf(categories, form.category)
  const place = placeOf(chosen, form.place)

  async function send() {
    if (said.busy) return
    setSaid({ ...silent, busy: true })
    try {
      const { chosen, place } = await sure()
      const filed = await call('requests.fileRequest', { requestId: form.id, buildingId: card.buildingId, category: chosen.category, place, text: form.text,
        emergency: form.emergency && chosen.emergencyPossible, submittedAt: phoneInstant(),
        onBehalfOf: { premisesId: card.premisesId, callerName: caller.name, reason: caller.reason } })
      setSaid({ ...silent, message: fill(w.done, { number: filed.number, date: formatDate(filed.dueOn) }), done: true })
      setForm(emptyForm())
      onDone()
    } catch (error) {
      setSaid({ ...silent, message: refusalOf(error) || words.noNetwork })
    }
  }

  /** Whoever sends before the categories came, or after they failed to come, is not left without an answer: they are asked for again. */
  async function sure() {
    const all = categories.length ? categories : await ask('requests.categories')
    setCategories(all)
    const sent = chosenOf(all, form.category)
    const where = placeOf(sent, form.place)
    if (!sent || !where) throw new Error('no category to file under')
    return { chosen: sent, place: where }
  }
  return (
    <form className="flex flex-col gap-3" onSubmit={(event) => { event.preventDefault(); void send() }}>
      <h2 className="text-title font-semibold">{w.title}</h2>
      <SelectField size="dense" autoFocus label={w.category} value={chosen?.category ?? ''} onChange={(event) => setForm({ ...form, category: event.target.value, place: '' })}
        options={categories.map(({ category }) => ({ value: category, label: named(words.categories, category) }))} />
      <SelectField size="dense" label={w.place} value={place ?? ''} onChange={(event) => setForm({ ...form, place: event.target.value })}
        options={(chosen?.places ?? []).map((each) => ({ value: each, label: named(words.places, each) }))} />
      <TextArea label={w.text} hint={w.textHint} required maxLength={4000} value={form.text} onChange={(event) => setForm({ ...form, text: event.target.value })} />
      <Danger told={{ text: form.text, category: form.category, emergency: form.emergency }} words={words.urgency} />
      {chosen?.emergencyPossible && <CheckField label={w.emergency} checked={form.emergency} onChange={(event) => setForm({ ...form, emergency: event.target.checked })} />}
      <CallerField caller={caller} setCaller={setCaller} words={words} required />
      {said.message && <Notice tone={said.done ? 'good' : 'danger'} live={said.done ? 'status' : 'alert'}>{said.message}</Notice>}
      <Button type="submit" kind="main" busy={said.busy ? w.sending : null}>{w.send}</Button>
    </form>
  )
}

/** What the clerk tells the caller before anything is sent. */
function Danger({ told, words }: { told: Parameters<typeof urgencyOf>[0]; words: DeskWords['urgency'] }) {
  const urgency = urgencyOf(told)
  return urgency && <Notice tone={urgency === 'GAS' ? 'danger' : 'care'} live="alert">{words[urgency]}</Notice>
}

function named(list: DeskWords['categories'], key: string): string {
  return typeof list[key] === 'string' ? list[key] : key
}

function chosenOf(categories: Categories, wanted: string): Categories[number] | undefined {
  return categories.find((each) => each.category === wanted) ?? categories[0]
}

/** The place that was chosen where it fits the category, else the category's first. */
function placeOf(chosen: Categories[number] | undefined, wanted: string): Categories[number]['places'][number] | undefined {
  return chosen?.places.find((each) => each === wanted) ?? chosen?.places[0]
}
