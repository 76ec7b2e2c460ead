'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { readLegalAct } from '#app/_parts/billing/read-legal-act.ts'
import { RuleForm, type RuleFormWords } from '#app/_parts/billing/rule-form.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { draftPenaltyInput, type DraftPenaltyInput } from '#server/billing/penalties/schema.ts'

type WordKey = 'country' | 'fund' | 'payer' | 'formula' | 'dailyPercent' | 'dailyHint' | 'factor' | 'factorHint' | 'cap' | 'from' | 'fromHint' | 'to'
export type PenaltyFormWords = RuleFormWords & Record<WordKey, string>
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
  const [formula, setFormula] = useState('DAILY')
  return (
    <RuleForm words={w} choices={choices} read={read} send={draft => call('billing.draftPenalty', draft)} done={id => `${done}?open=${id}`}>
      <SelectField size="dense" name="country" label={w.country} options={choices.countries} />
      <SelectField size="dense" name="fund" label={w.fund} options={choices.funds} defaultValue="CURRENT" />
      <SelectField size="dense" name="payer" label={w.payer} options={choices.payers} />
      <SelectField size="dense" name="formula" label={w.formula} options={choices.formulas} value={formula} onChange={event => setFormula(event.target.value)} />
      {formula === 'DAILY' ? <Field size="dense" key="daily" name="dailyPercent" inputMode="decimal" label={w.dailyPercent} hint={w.dailyHint} required maxLength={12} autoComplete="off" />
        : <Field size="dense" key="factor" name="factor" inputMode="decimal" label={w.factor} hint={w.factorHint} required maxLength={12} autoComplete="off" />}
      <Field size="dense" name="cap" inputMode="decimal" label={w.cap} defaultValue="50" required maxLength={12} autoComplete="off" />
      <Field size="dense" type="date" name="from" label={w.from} hint={w.fromHint} required />
      <Field size="dense" type="date" name="to" label={w.to} />
    </RuleForm>
  )
}
