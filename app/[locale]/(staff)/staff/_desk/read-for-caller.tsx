import { useState } from 'react'
import type { Caller, DeskWords } from './desk-words.ts'
import { CallerField } from './search-pane.tsx'
import { phoneInstant, phoneToday } from '#app/_client/phone-clock.ts'
import { isRefusal } from '#app/_client/refusal.ts'
import { call } from '#app/_client/trpc.ts'
import { sendLabel } from '#app/_parts/meters/send-label.ts'
import { askedBy, fresh, type Attempt } from '#app/_parts/meters/use-asked.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import type { DeskCard } from '#server/desk/schema.ts'

export type ForCaller = { card: DeskCard; words: DeskWords; caller: Caller; setCaller: (caller: Caller) => void; onDone: () => void }
type Meter = DeskCard['meters'][number]
/** `kept`: an answer was lost, and the figures that went with it are kept; these are others. */
type Said = { busy: boolean; message: string; asks: string | null; kept: boolean; done: boolean }
const silent: Said = { busy: false, message: '', asks: null, kept: false, done: false }

/** A reading told over the telephone; what the rules ask is asked of the caller and confirmed here. */
export function ReadForCaller(props: ForCaller) {
  const { card, words } = props
  const [meterId, setMeterId] = useState(card.meters[0]?.meterId ?? '')
  const [said, setSaid] = useState(silent)
  const meter = card.meters.find((each) => each.meterId === meterId)
  if (!meter) return <p className="text-note">{words.reading.noMeters}</p>
  const choose = (id: string) => { setMeterId(id); setSaid(silent) }
  return (
    <div className="flex flex-col gap-3">
      <h2 className="text-title font-semibold">{words.reading.title}</h2>
      <SelectField size="dense" label={words.reading.meter} value={meterId} onChange={(event) => choose(event.target.value)}
        options={card.meters.map((each) => ({ value: each.meterId, label: `${words.services[each.service] ?? each.service} № ${each.serial}` }))} />
      <ReadingForm key={meterId} {...props} meter={meter} said={said} setSaid={setSaid} />
    </div>
  )
}

/** Figures typed for a meter and not sent: they stay while the clerk looks at something else. */
const unsent = new Map<string, string[]>()

type FormProps = ForCaller & { meter: Meter; said: Said; setSaid: (said: Said) => void }

function ReadingForm({ card, words, caller, setCaller, onDone, meter, said, setSaid }: FormProps) {
  const w = words.reading
  const [values, draw] = useState<string[]>(() => unsent.get(meter.meterId) ?? Array.from({ length: meter.registers }, () => ''))
  const setValues = (next: string[]) => {
    unsent.set(meter.meterId, next)
    draw(next)
  }
  const [attempt, setAttempt] = useState(fresh)

  /** Another figure is another question: what the caller said yes to was the one before. */
  function change(register: number, value: string) {
    setValues(values.map((each, i) => (i === register ? value : each)))
    if (attempt.confirmed.length > 0) setAttempt({ ...attempt, confirmed: [] })
    if (said.message) setSaid(silent)
  }

  async function send(next: Attempt) {
    if (said.busy) return
    setAttempt(next)
    setSaid({ ...silent, busy: true })
    try {
      await call('meters.submitReading', { readingId: next.id, buildingId: card.buildingId, meterId: meter.meterId, values, takenOn: phoneToday(),
        submittedAt: phoneInstant(), confirmed: [...next.confirmed], onBehalf: { premisesId: card.premisesId, callerName: caller.name, reason: caller.reason } })
      setSaid({ ...silent, message: w.done, done: true })
      setAttempt(fresh())
      setValues(values.map(() => ''))
      onDone()
    } catch (error) {
      const refusal = isRefusal(error) ? error : null
      setSaid({ ...silent, message: refusal?.message ?? words.noNetwork, asks: askedBy(refusal?.code), kept: refusal?.code === 'meters.readingIdTaken' })
    }
  }
  const { asks } = said
  const next = asks !== null ? <Button onClick={() => void send({ ...attempt, confirmed: [...attempt.confirmed, asks] })}>{w.confirm}</Button>
    : said.kept ? <Button onClick={() => void send(fresh())}>{sendLabel({ send: w.sendNew, sendEmpty: w.sendEmpty }, values)}</Button> : undefined
  return (
    <form className="flex flex-col gap-3" onSubmit={(event) => { event.preventDefault(); void send(attempt) }}>
      {values.map((value, i) => (
        <Field key={i} size="figures" autoFocus={i === 0} inputMode="decimal" autoComplete="off" label={values.length > 1 ? `${w.value} ${i + 1}` : w.value}
          value={value} unit={words.meterUnits[meter.unit] ?? meter.unit} required
          onChange={(event) => change(i, event.target.value)} />
      ))}
      <CallerField caller={caller} setCaller={setCaller} words={words} required />
      {said.message && <Notice tone={said.done ? 'good' : next ? 'care' : 'danger'} live={said.done ? 'status' : 'alert'} actions={next}>{said.message}</Notice>}
      <Button type="submit" kind="main" busy={said.busy ? w.sending : null}>{sendLabel(w, values)}</Button>
    </form>
  )
}
