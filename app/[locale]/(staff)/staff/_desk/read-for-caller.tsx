'use client'

import { useState } from 'react'
import type { DeskWords } from './desk-words.ts'
import { CallError, call } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import type { DeskCard } from '#server/desk/schema.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { newId } from '#server/kernel/ids.ts'

type Props = { card: DeskCard; words: DeskWords; caller: { name: string; reason: string }; onDone: () => void }

/** A reading told over the telephone; what the rules ask is asked of the caller and confirmed here. */
export function ReadForCaller({ card, words, caller, onDone }: Props) {
  const w = words.reading
  const [meterId, setMeterId] = useState(card.meters[0]?.meterId ?? '')
  const meter = card.meters.find(each => each.meterId === meterId)
  const [values, setValues] = useState<string[]>([])
  const [attempt, setAttempt] = useState({ id: newId(), confirmed: [] as string[] })
  const [state, setState] = useState<{ busy: boolean; message: string; asks: string | null; done: boolean }>({ busy: false, message: '', asks: null, done: false })
  if (!meter) return <p className="text-note">{w.noMeters}</p>

  async function send(confirmed: string[]) {
    if (!meter || state.busy) return
    setState({ busy: true, message: '', asks: null, done: false })
    const now = new Date()
    try {
      await call('meters.submitReading', { readingId: attempt.id, buildingId: card.buildingId, meterId: meter.meterId, values: Array.from({ length: meter.registers }, (_, i) => values[i] ?? ''),
        takenOn: localDateOf(now, 300), submittedAt: now.toISOString(), confirmed, onBehalf: { callerName: caller.name, reason: caller.reason } })
      setState({ busy: false, message: w.done, asks: null, done: true })
      setAttempt({ id: newId(), confirmed: [] })
      setValues([])
      onDone()
    } catch (error) {
      const refusal = error instanceof CallError ? error : null
      const asks = /^meters[.]ask(.)(.*)$/.exec(refusal?.code ?? '')
      setState({ busy: false, message: refusal?.message || words.noNetwork, asks: asks ? `${asks[1]?.toLowerCase()}${asks[2]}` : null, done: false })
    }
  }
  function confirmAsked() {
    const confirmed = state.asks ? [...attempt.confirmed, state.asks] : attempt.confirmed
    setAttempt({ ...attempt, confirmed })
    void send(confirmed)
  }
  return (
    <form className="flex flex-col gap-3" onSubmit={event => { event.preventDefault(); void send(attempt.confirmed) }}>
      <h2 className="text-title font-semibold">{w.title}</h2>
      <SelectField size="dense" label={w.meter} value={meterId} onChange={event => { setMeterId(event.target.value); setValues([]) }}
        options={card.meters.map(each => ({ value: each.meterId, label: `${words.services[each.service] ?? each.service} № ${each.serial}` }))} />
      {Array.from({ length: meter.registers }, (_, i) => (
        <Field key={i} size="figures" autoFocus={i === 0} inputMode="decimal" autoComplete="off" label={meter.registers > 1 ? `${w.value} ${i + 1}` : w.value}
          value={values[i] ?? ''} unit={meter.unit === 'm3' ? 'm³' : meter.unit} required
          onChange={event => setValues(Array.from({ length: meter.registers }, (_, j) => j === i ? event.target.value : values[j] ?? ''))} />
      ))}
      {caller.name.trim() === '' && <p className="text-note">{words.callerMissing}</p>}
      {state.message && <Notice tone={state.done ? 'good' : state.asks ? 'care' : 'danger'} live={state.done ? 'status' : 'alert'}
        actions={state.asks ? <Button onClick={confirmAsked}>{w.confirm}</Button> : undefined}>{state.message}</Notice>}
      <Button type="submit" busy={state.busy ? w.sending : null}>{`${w.send} ${values.join(' / ')}`.trim()}</Button>
    </form>
  )
}
