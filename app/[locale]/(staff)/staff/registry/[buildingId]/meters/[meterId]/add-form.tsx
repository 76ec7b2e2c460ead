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
import { Card } from '#app/_ui/card.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type AddWords = Record<'title' | 'on' | 'value' | 'valueN' | 'send' | 'sendEmpty' | 'sending' | 'yes', string>
type Props = { here: string; buildingId: string; meterId: string; registers: number; unit: string; today: string; words: AddWords }

/** What the house's own meter shows, without which its month is not charged. One id, so that sending twice writes once; what is typed stays. */
export function AddForm({ here, buildingId, meterId, registers, unit, today, words: w }: Props) {
  const { values, set, clear } = useDraft(`house-reading-${meterId}`, { value0: '', value1: '', value2: '', value3: '', takenOn: today })
  const figures = [values.value0, values.value1, values.value2, values.value3].slice(0, registers)
  const { busy, problem, send, confirm, restart } = useAsked(async ({ id, confirmed }) => {
    const made = await call('meters.submitReading', { readingId: id, buildingId, meterId, values: figures, takenOn: values.takenOn, submittedAt: phoneInstant(), confirmed: [...confirmed] })
    clear()
    return leave(`${here}?added=${made.readingId}`)
  })

  /** Another figure or day is another question, and another reading. */
  function type(field: keyof typeof values, value: string) {
    set(field, value)
    restart()
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    send()
  }
  return (
    <Card title={w.title}>
      <form className="flex max-w-lg flex-col gap-3" onSubmit={submit}>
        <Field size="dense" type="date" required max={today} label={w.on} value={values.takenOn} onChange={event => type('takenOn', event.target.value)} />
        {figures.map((value, index) => (
          <Field key={index} size="figures" inputMode="decimal" autoComplete="off" maxLength={20} required unit={unit} label={registers > 1 ? fill(w.valueN, { n: index + 1 }) : w.value}
            value={value} onChange={event => type(`value${index}` as 'value0', event.target.value)} />
        ))}
        {problem && <Notice tone="care" live="alert" actions={confirm ? <Button onClick={confirm}>{w.yes}</Button> : undefined}>{problem.message}</Notice>}
        <div><Button type="submit" kind="main" busy={busy ? w.sending : null}>{sendLabel(w, figures)}</Button></div>
      </form>
    </Card>
  )
}
