'use client'

import type { FormEvent } from 'react'
import { phoneInstant } from '#app/_client/phone-clock.ts'
import { call } from '#app/_client/trpc.ts'
import { leave } from '#app/_client/use-act.ts'
import { useDraft } from '#app/_client/use-draft.ts'
import { fill } from '#app/_client/words.ts'
import { sendLabel } from '#app/_parts/meters/send-label.ts'
import { useAsked } from '#app/_parts/meters/use-asked.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type CorrectWords = Record<'value' | 'valueN' | 'caller' | 'callerHint' | 'reason' | 'reasonHint' | 'send' | 'sendEmpty' | 'sending' | 'yes', string>
type Props = { here: string; buildingId: string; readingId: string; registers: number; unit: string; /** Of a flat: who says so is kept too. */ ofFlat: boolean; words: CorrectWords }

/** The right figures and why; what the rules ask is asked here. One id, so that sending twice corrects once; what is typed stays. */
export function CorrectForm({ here, buildingId, readingId: corrects, registers, unit, ofFlat, words: w }: Props) {
  const { values, set, clear } = useDraft(`correct-reading-${corrects}`, { value0: '', value1: '', value2: '', value3: '', caller: '', reason: '' })
  const figures = [values.value0, values.value1, values.value2, values.value3].slice(0, registers)
  const { busy, problem, send, confirm, restart } = useAsked(async ({ id, confirmed }) => {
    const reason = values.reason.trim()
    const done = await call('meters.correctReading', { readingId: id, buildingId, corrects, values: figures, confirmed: [...confirmed], submittedAt: phoneInstant(),
      ...(ofFlat ? { onBehalf: { callerName: values.caller.trim(), reason } } : { reason }) })
    clear()
    return leave(`${here}?corrected=${done.readingId}`)
  })

  /** Another figure is another question, and another reading. */
  function type(index: number, value: string) {
    set(`value${index}` as 'value0', value)
    restart()
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    send()
  }
  return (
    <form className="flex max-w-lg flex-col gap-3" onSubmit={submit}>
      {figures.map((value, index) => (
        <Field key={index} size="figures" inputMode="decimal" autoComplete="off" maxLength={20} required unit={unit} label={registers > 1 ? fill(w.valueN, { n: index + 1 }) : w.value}
          value={value} onChange={event => type(index, event.target.value)} />
      ))}
      {ofFlat && <Field size="dense" autoComplete="off" required maxLength={300} label={w.caller} hint={w.callerHint} value={values.caller} onChange={event => set('caller', event.target.value)} />}
      <TextArea rows={2} required minLength={3} maxLength={300} label={w.reason} hint={w.reasonHint} value={values.reason} onChange={event => set('reason', event.target.value)} />
      {problem && <Notice tone="care" live="alert" actions={confirm ? <Button onClick={confirm}>{w.yes}</Button> : undefined}>{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w.sending : null}>{sendLabel(w, figures)}</Button></div>
    </form>
  )
}
