'use client'

import { useState, type FormEvent } from 'react'
import { phoneInstant } from '#app/_client/phone-clock.ts'
import { call, CallError } from '#app/_client/trpc.ts'
import { useDraft } from '#app/_client/use-draft.ts'
import { fill } from '#app/_client/words.ts'
import { typedFigures } from '#app/_parts/meters/typed-figures.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'

export type AddWords = Record<'title' | 'on' | 'value' | 'valueN' | 'send' | 'sending' | 'yes' | 'noNetwork', string>
type Props = { here: string; buildingId: string; meterId: string; registers: number; unit: string; today: string; words: AddWords }
type Said = { text: string; asks: string | null }

/** What the house's own meter shows, without which its month is not charged. One id, so that sending twice writes once; what is typed stays. */
export function AddForm({ here, buildingId, meterId, registers, unit, today, words: w }: Props) {
  const { values, set, clear } = useDraft(`house-reading-${meterId}`, { value0: '', value1: '', value2: '', value3: '', takenOn: today })
  const [attempt, setAttempt] = useState({ id: newId(), confirmed: [] as string[] })
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<Said>({ text: '', asks: null })
  const figures = [values.value0, values.value1, values.value2, values.value3].slice(0, registers)

  /** Another figure or day is another question, and another reading. */
  function type(field: keyof typeof values, value: string) {
    set(field, value)
    setAttempt({ id: newId(), confirmed: [] })
    setSaid({ text: '', asks: null })
  }

  async function send(confirmed: string[]) {
    if (busy) return
    setBusy(true)
    try {
      const made = await call('meters.submitReading', { readingId: attempt.id, buildingId, meterId, values: figures, takenOn: values.takenOn, submittedAt: phoneInstant(), confirmed })
      clear()
      location.assign(`${here}?added=${made.readingId}`)
    } catch (error) {
      const refusal = error instanceof CallError ? error : null
      const asks = /^meters[.]ask(.)(.*)$/.exec(refusal?.code ?? '')
      setSaid({ text: refusal?.message || w.noNetwork, asks: asks ? `${asks[1]?.toLowerCase()}${asks[2]}` : null })
      setBusy(false)
    }
  }
  function confirmAsked() {
    const confirmed = said.asks === null ? attempt.confirmed : [...attempt.confirmed, said.asks]
    setAttempt({ ...attempt, confirmed })
    void send(confirmed)
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    void send(attempt.confirmed)
  }
  return (
    <Card title={w.title}>
      <form className="flex max-w-lg flex-col gap-3" onSubmit={submit}>
        <Field size="dense" type="date" required max={today} label={w.on} value={values.takenOn} onChange={event => type('takenOn', event.target.value)} />
        {figures.map((value, index) => (
          <Field key={index} size="figures" inputMode="decimal" autoComplete="off" maxLength={20} required unit={unit} label={registers > 1 ? fill(w.valueN, { n: index + 1 }) : w.value}
            value={value} onChange={event => type(`value${index}` as 'value0', event.target.value)} />
        ))}
        {said.text && <Notice tone="care" live="alert" actions={said.asks === null ? undefined : <Button onClick={confirmAsked}>{w.yes}</Button>}>{said.text}</Notice>}
        <div><Button type="submit" kind="main" busy={busy ? w.sending : null}>{w.send + typedFigures(figures)}</Button></div>
      </form>
    </Card>
  )
}
