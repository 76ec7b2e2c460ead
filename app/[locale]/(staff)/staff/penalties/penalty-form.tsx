'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { ActFields } from '#app/_parts/billing/act-fields.tsx'
import { readLegalAct } from '#app/_parts/billing/read-legal-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { draftPenaltyInput, type DraftPenaltyInput } from '#server/billing/penalties/schema.ts'
import { newId } from '#server/kernel/ids.ts'

type WordKey = 'country' | 'fund' | 'payer' | 'formula' | 'dailyPercent' | 'dailyHint' | 'factor' | 'factorHint' | 'cap' | 'from' | 'fromHint' | 'to' | 'act' | 'actKind' | 'actNumber' | 'actDate' | 'actTitle' | 'source' | 'save' | 'saving' | 'missing'
export type PenaltyFormWords = Record<WordKey, string>
type Choice = { value: string; label: string }
export type PenaltyChoices = Record<'countries' | 'funds' | 'payers' | 'formulas' | 'acts' | 'actKinds', readonly Choice[]>
type Props = { done: string; words: PenaltyFormWords; choices: PenaltyChoices }

/** The form as the procedure takes it; null where something is missing. */
function read(form: FormData, ruleId: string): DraftPenaltyInput | null {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const orNull = (name: string) => said(name) || null
  const given = draftPenaltyInput.safeParse({
    ruleId, country: said('country'), fund: said('fund'), payerKind: said('payer'), formula: said('formula'), dailyPercent: orNull('dailyPercent'), factor: orNull('factor'), capPercent: said('cap'), source: said('source'), from: said('from'), to: orNull('to'),
    ...readLegalAct(form),
  })
  return given.success ? given.data : null
}

/** What the act says about delay; one id, so that sending twice drafts once. */
export function PenaltyForm({ done, words: w, choices }: Props) {
  const [ruleId] = useState(() => newId())
  const [formula, setFormula] = useState('DAILY')
  const { busy, problem, act, complain } = useAct()

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const draft = read(new FormData(event.currentTarget), ruleId)
    if (draft === null) return complain(w.missing)
    await act(async () => {
      await call('billing.draftPenalty', draft)
      return leave(`${done}?open=${ruleId}`)
    })
  }

  return (
    <form onSubmit={event => void save(event)} className="flex max-w-3xl flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField size="dense" name="country" label={w.country} options={choices.countries} />
        <SelectField size="dense" name="fund" label={w.fund} options={choices.funds} defaultValue="CURRENT" />
        <SelectField size="dense" name="payer" label={w.payer} options={choices.payers} />
        <SelectField size="dense" name="formula" label={w.formula} options={choices.formulas} value={formula} onChange={event => setFormula(event.target.value)} />
        {formula === 'DAILY' ? <Field size="dense" key="daily" name="dailyPercent" inputMode="decimal" label={w.dailyPercent} hint={w.dailyHint} required maxLength={12} autoComplete="off" />
          : <Field size="dense" key="factor" name="factor" inputMode="decimal" label={w.factor} hint={w.factorHint} required maxLength={12} autoComplete="off" />}
        <Field size="dense" name="cap" inputMode="decimal" label={w.cap} defaultValue="50" required maxLength={12} autoComplete="off" />
        <Field size="dense" type="date" name="from" label={w.from} hint={w.fromHint} required />
        <Field size="dense" type="date" name="to" label={w.to} />
        <ActFields words={w} choices={choices} required />
      </div>
      <Field size="dense" name="source" label={w.source} required minLength={3} maxLength={300} autoComplete="off" />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w.saving : null}>{w.save}</Button></div>
    </form>
  )
}
