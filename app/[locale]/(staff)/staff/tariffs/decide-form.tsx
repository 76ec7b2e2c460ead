'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'
import { readDecision } from './read-decision.ts'

export type DecideWords = Record<'fund' | 'kind' | 'perM2' | 'perM2Hint' | 'from' | 'fromHint' | 'basisField' | 'basisHint' | 'save' | 'saving' | 'saved' | 'unreadable', string>
type Choice = { value: string; label: string }
type Props = { buildingId: string; from: string; funds: readonly Choice[]; kinds: readonly Choice[]; words: DecideWords }

/** What the meeting decided, from a day on; one id, so that sending twice decides once. What was typed stays when it is refused. */
export function DecideForm({ buildingId, from, funds, kinds, words }: Props) {
  const [rateId] = useState(() => newId())
  const [done, setDone] = useState(false)
  const [unreadable, setUnreadable] = useState(false)
  const { busy, problem, act } = useAct()

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const decision = readDecision(new FormData(event.currentTarget), { buildingId, rateId })
    setUnreadable(decision === null)
    if (decision === null) return
    await act(async () => {
      await call('billing.decideContribution', decision)
      setDone(true)
      return leave()
    })
  }

  if (done) return <Notice tone="good" live="status">{words.saved}</Notice>
  return (
    <form onSubmit={event => void save(event)} className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField size="dense" name="fund" label={words.fund} options={funds} />
        <SelectField size="dense" name="kind" label={words.kind} options={kinds} />
        <Field size="dense" name="perM2" inputMode="decimal" label={words.perM2} hint={words.perM2Hint} error={unreadable ? words.unreadable : undefined} required maxLength={20} autoComplete="off" />
        <Field size="dense" type="date" name="from" label={words.from} hint={words.fromHint} defaultValue={from} required />
      </div>
      <Field size="dense" name="basis" label={words.basisField} hint={words.basisHint} required minLength={3} maxLength={300} autoComplete="off" />
      {problem && <Notice tone="care" live="alert" code={problem.code}>{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? words.saving : null}>{words.save}</Button></div>
    </form>
  )
}
