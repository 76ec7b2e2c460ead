'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { ActFields } from '#app/_parts/billing/act-fields.tsx'
import { readLegalAct } from '#app/_parts/billing/read-legal-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { draftAllocationInput, type DraftAllocationInput } from '#server/billing/allocation/schema.ts'
import { newId } from '#server/kernel/ids.ts'

type WordKey = 'country' | 'place' | 'advance' | 'from' | 'fromHint' | 'act' | 'actKind' | 'actNumber' | 'actDate' | 'actTitle' | 'actUrl' | 'source' | 'save' | 'saving' | 'missing'
export type AllocationFormWords = Record<WordKey, string>
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
  const [draftId] = useState(() => newId())
  const { busy, problem, act, complain } = useAct()

  function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const draft = read(new FormData(event.currentTarget), draftId)
    if (draft === null) return complain(w.missing)
    void act(async () => {
      await call('billing.draftAllocation', draft)
      return leave(done)
    })
  }

  return (
    <form onSubmit={save} className="flex max-w-3xl flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField size="dense" name="country" label={w.country} options={choices.countries} />
        <Field size="dense" type="date" name="from" label={w.from} hint={w.fromHint} required />
        {now.map((fund, index) => <SelectField key={fund} size="dense" name="fund" label={fill(w.place, { number: String(index + 1) })} options={choices.funds} defaultValue={fund} />)}
        <SelectField size="dense" name="advance" label={w.advance} options={choices.advances} />
        <ActFields words={w} choices={choices} required>
          <Field size="dense" type="url" name="actUrl" label={w.actUrl} maxLength={300} autoComplete="off" />
        </ActFields>
      </div>
      <Field size="dense" name="source" label={w.source} required minLength={3} maxLength={300} autoComplete="off" />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w.saving : null}>{w.save}</Button></div>
    </form>
  )
}
