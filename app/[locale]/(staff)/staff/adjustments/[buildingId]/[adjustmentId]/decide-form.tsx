'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { sumToType, typedSum } from '#app/_parts/ledger/typed-sum.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { SegmentedChoice } from '#app/_ui/segmented-choice.tsx'
import { newId } from '#server/kernel/ids.ts'

export type DecideWords = Record<'take' | 'verdict' | 'ALLOW' | 'REFUSE' | 'number' | 'from' | 'to' | 'validUntil' | 'grounds' | 'groundsHint' | 'sign' | 'working' | 'final' | 'amountWrong', string>
type Props = { buildingId: string; adjustmentId: string; asked: bigint; under: boolean; today: string; until: string; words: DecideWords }

/** The inspector takes the request, then allows a range or refuses, and signs. Sums are typed without a sign: the direction is the request's. */
export function DecideForm({ buildingId, adjustmentId, asked, under, today, until, words }: Props) {
  const [conclusionId] = useState(() => newId())
  const [verdict, setVerdict] = useState('ALLOW')
  const { busy, problem, act, complain } = useAct(leave)
  function sign(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = (name: string) => String(form.get(name) ?? '').trim()
    const range = verdict === 'ALLOW' ? rangeOf(said('from'), said('to'), asked) : null
    if (verdict === 'ALLOW' && range === null) return complain(words.amountWrong)
    void act(() => call('ledger.issueConclusion', { buildingId, adjustmentId, conclusionId, number: said('number'), grounds: said('grounds'), allowed: range && { ...range, validUntil: said('validUntil') } }))
  }

  return (
    <form onSubmit={sign} className="flex flex-col gap-3">
      {!under && <div><Button hotkey="k" disabled={busy} onClick={() => void act(() => call('ledger.startCheck', { buildingId, adjustmentId }))}>{words.take}</Button></div>}
      <SegmentedChoice legend={words.verdict} name="verdict" value={verdict} onChange={setVerdict} options={[{ value: 'ALLOW', label: words.ALLOW }, { value: 'REFUSE', label: words.REFUSE }]} />
      <Field size="dense" name="number" label={words.number} required maxLength={60} autoComplete="off" />
      {verdict === 'ALLOW' && (
        <div className="grid grid-cols-2 gap-2">
          <Field size="dense" name="from" inputMode="decimal" label={words.from} defaultValue={sumToType(asked)} required maxLength={20} />
          <Field size="dense" name="to" inputMode="decimal" label={words.to} defaultValue={sumToType(asked)} required maxLength={20} />
          <Field size="dense" name="validUntil" type="date" label={words.validUntil} defaultValue={until} min={today} required />
        </div>
      )}
      <TextArea name="grounds" label={words.grounds} hint={words.groundsHint} required minLength={10} maxLength={2000} />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <p className="text-note">{words.final}</p>
      <div><Button type="submit" kind="main" busy={busy ? words.working : null}>{words.sign}</Button></div>
    </form>
  )
}

function rangeOf(least: string, most: string, asked: bigint): { from: bigint; to: bigint } | null {
  const [from, to] = [typedSum(least), typedSum(most)]
  if (from === null || to === null || from > to) return null
  return asked < 0n ? { from: -to, to: -from } : { from, to }
}
