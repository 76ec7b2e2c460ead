'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { typedSum } from '#app/_parts/ledger/typed-sum.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField, TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { SegmentedChoice } from '#app/_ui/segmented-choice.tsx'
import type { Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import { requestAdjustmentInput } from '#server/ledger/adjustments/schema.ts'

export type AskWords = Record<'fund' | 'direction' | 'LESS' | 'MORE' | 'amount' | 'amountWrong' | 'reason' | 'explanation' | 'explanationHint' | 'papers' | 'papersHint' | 'send' | 'sending', string>
type Choice = { value: string; label: string }
type Props = { locale: Locale; number: string; funds: readonly Choice[]; reasons: readonly Choice[]; words: AskWords }

/** What should happen to the debt, why, and on which papers; one id, so that sending twice asks once. */
export function AskForm({ locale, number, funds, reasons, words }: Props) {
  const [adjustmentId] = useState(() => newId())
  const { busy, problem, act, complain } = useAct()

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = (name: string) => String(form.get(name) ?? '').trim()
    const sum = typedSum(said('amount'))
    if (sum === null) return complain(words.amountWrong)
    const input = requestAdjustmentInput.safeParse({ adjustmentId, number, fund: said('fund'), amount: said('direction') === 'MORE' ? sum : -sum, reason: said('reason'),
      explanation: said('explanation'), papers: said('papers').split('\n').map(line => line.trim()).filter(Boolean) })
    if (!input.success) return complain(words.papersHint)
    await act(async () => {
      const asked = await call('ledger.requestAdjustment', input.data)
      return leave(`/${locale}/staff/adjustments/${asked.buildingId}/${asked.adjustmentId}`)
    })
  }

  return (
    <form onSubmit={event => void send(event)} className="flex flex-col gap-4">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField size="dense" name="reason" label={words.reason} options={reasons} />
        <SelectField size="dense" name="fund" label={words.fund} options={funds} />
      </div>
      <SegmentedChoice legend={words.direction} name="direction" defaultValue="LESS" options={[{ value: 'LESS', label: words.LESS }, { value: 'MORE', label: words.MORE }]} />
      <Field size="dense" name="amount" inputMode="decimal" autoComplete="off" label={words.amount} required maxLength={20} />
      <TextArea name="explanation" label={words.explanation} hint={words.explanationHint} required minLength={10} maxLength={2000} />
      <TextArea name="papers" rows={3} label={words.papers} hint={words.papersHint} required minLength={3} maxLength={3000} />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? words.sending : null}>{words.send}</Button></div>
    </form>
  )
}
