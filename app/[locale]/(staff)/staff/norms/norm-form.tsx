'use client'

import { call } from '#app/_client/trpc.ts'
import { readLegalAct } from '#app/_parts/billing/read-legal-act.ts'
import { RuleForm, type RuleFormWords } from '#app/_parts/billing/rule-form.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { draftNormInput, type DraftNormInput } from '#server/billing/norms/schema.ts'

type WordKey = 'service' | 'place' | 'perPerson' | 'perPersonHint' | 'from' | 'fromHint' | 'to' | 'actUrl'
export type NormFormWords = RuleFormWords & Record<WordKey, string>
type Choice = { value: string; label: string }
export type NormChoices = Record<'services' | 'places' | 'acts' | 'actKinds', readonly Choice[]>
type Props = { done: string; words: NormFormWords; choices: NormChoices }

/** The form as the procedure takes it; null where something is missing. */
function read(form: FormData, normId: string): DraftNormInput | null {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const [country, territoryPrefix] = said('place').split(':')
  const given = draftNormInput.safeParse({ normId, country, territoryPrefix, service: said('service'), perPerson: said('perPerson'), source: said('source'), from: said('from'), to: said('to') || null, ...readLegalAct(form) })
  return given.success ? given.data : null
}

/** A norm as the act says it; one id, so that sending twice drafts once. */
export function NormForm({ done, words: w, choices }: Props) {
  return (
    <RuleForm words={w} choices={choices} read={read} send={draft => call('billing.draftNorm', draft)} done={id => `${done}?open=${id}`}>
      <SelectField size="dense" name="service" label={w.service} options={choices.services} />
      <SelectField size="dense" name="place" label={w.place} options={choices.places} />
      <Field size="dense" name="perPerson" inputMode="decimal" label={w.perPerson} hint={w.perPersonHint} required maxLength={12} autoComplete="off" />
      <Field size="dense" type="date" name="from" label={w.from} hint={w.fromHint} required />
      <Field size="dense" type="date" name="to" label={w.to} />
    </RuleForm>
  )
}
