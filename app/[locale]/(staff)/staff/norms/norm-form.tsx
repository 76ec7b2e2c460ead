'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { ActFields } from '#app/_parts/billing/act-fields.tsx'
import { readLegalAct } from '#app/_parts/billing/read-legal-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { draftNormInput, type DraftNormInput } from '#server/billing/norms/schema.ts'
import { newId } from '#server/kernel/ids.ts'

type WordKey = 'service' | 'place' | 'perPerson' | 'perPersonHint' | 'from' | 'fromHint' | 'to' | 'act' | 'actKind' | 'actNumber' | 'actDate' | 'actTitle' | 'actUrl' | 'source' | 'save' | 'saving' | 'missing'
export type NormFormWords = Record<WordKey, string>
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
  const [normId] = useState(() => newId())
  const { busy, problem, act, complain } = useAct()

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const draft = read(new FormData(event.currentTarget), normId)
    if (draft === null) return complain(w.missing)
    await act(async () => {
      await call('billing.draftNorm', draft)
      return leave(`${done}?open=${normId}`)
    })
  }

  return (
    <form onSubmit={event => void save(event)} className="flex max-w-3xl flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField size="dense" name="service" label={w.service} options={choices.services} />
        <SelectField size="dense" name="place" label={w.place} options={choices.places} />
        <Field size="dense" name="perPerson" inputMode="decimal" label={w.perPerson} hint={w.perPersonHint} required maxLength={12} autoComplete="off" />
        <Field size="dense" type="date" name="from" label={w.from} hint={w.fromHint} required />
        <Field size="dense" type="date" name="to" label={w.to} />
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
