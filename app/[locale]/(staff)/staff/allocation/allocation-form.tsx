'use client'

import { call } from '#app/_client/trpc.ts'
import { fill } from '#app/_client/words.ts'
import { readLegalAct } from '#app/_parts/billing/read-legal-act.ts'
import { RuleForm, type RuleFormWords } from '#app/_parts/billing/rule-form.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { draftAllocationInput, type DraftAllocationInput } from '#server/billing/allocation/schema.ts'

type WordKey = 'country' | 'place' | 'advance' | 'from' | 'fromHint' | 'actUrl'
export type AllocationFormWords = RuleFormWords & Record<WordKey, string>
type Choice = { value: string; label: string }
export type AllocationChoices = Record<'countries' | 'funds' | 'advances' | 'acts' | 'actKinds', readonly Choice[]>
type Props = { done: string; now: readonly string[]; words: AllocationFormWords; choices: AllocationChoices }

/** The form as the procedure takes it; null where something is missing, or a fund stands twice. */
function read(form: FormData, draftId: string): DraftAllocationInput | null {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const given = draftAllocationInput.safeParse({ draftId, country: said('country'), from: said('from'), fundOrder: form.getAll('fund').map(String), advanceFund: said('advance'), source: said('source'), ...readLegalAct(form) })
  return given.success ? given.data : null
}

/** The order as the act says it, place by place, from what holds now; one id, so that sending twice drafts once. */
export function AllocationForm({ done, now, words: w, choices }: Props) {
  return (
    <RuleForm words={w} choices={choices} read={read} send={draft => call('billing.draftAllocation', draft)} done={() => done}>
      <SelectField size="dense" name="country" label={w.country} options={choices.countries} />
      <Field size="dense" type="date" name="from" label={w.from} hint={w.fromHint} required />
      {now.map((fund, index) => <SelectField key={fund} size="dense" name="fund" label={fill(w.place, { number: String(index + 1) })} options={choices.funds} defaultValue={fund} />)}
      <SelectField size="dense" name="advance" label={w.advance} options={choices.advances} />
    </RuleForm>
  )
}
