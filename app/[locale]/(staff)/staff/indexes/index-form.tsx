'use client'

import { call } from '#app/_client/trpc.ts'
import { RuleForm, type RuleFormWords } from '#app/_parts/billing/rule-form.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { readIndexDraft } from './read-index.ts'

type WordKey = 'figure' | 'value' | 'valueHint' | 'from' | 'fromHint'
export type IndexFormWords = RuleFormWords & Record<WordKey, string>
type Choice = { value: string; label: string }
export type IndexChoices = Record<'figures' | 'acts' | 'actKinds', readonly Choice[]>

/** A figure as the act says it; one id, so that sending twice drafts once. */
export function IndexForm({ words: w, choices }: { words: IndexFormWords; choices: IndexChoices }) {
  return (
    <RuleForm words={w} choices={choices} read={readIndexDraft} send={draft => call('billing.draftIndex', draft)}>
      <SelectField size="dense" name="figure" label={w.figure} options={choices.figures} />
      <Field size="dense" name="value" label={w.value} hint={w.valueHint} inputMode="decimal" required maxLength={20} autoComplete="off" />
      <Field size="dense" type="date" name="from" label={w.from} hint={w.fromHint} required />
    </RuleForm>
  )
}
