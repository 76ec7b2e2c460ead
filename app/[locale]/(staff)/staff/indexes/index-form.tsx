'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { ActFields } from '#app/_parts/billing/act-fields.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'
import { readIndexDraft } from './read-index.ts'

type WordKey = 'figure' | 'value' | 'valueHint' | 'from' | 'fromHint' | 'act' | 'actKind' | 'actNumber' | 'actDate' | 'actTitle' | 'source' | 'save' | 'saving' | 'missing'
export type IndexFormWords = Record<WordKey, string>
type Choice = { value: string; label: string }
export type IndexChoices = Record<'figures' | 'acts' | 'actKinds', readonly Choice[]>

/** A figure as the act says it; one id, so that sending twice drafts once. */
export function IndexForm({ words: w, choices }: { words: IndexFormWords; choices: IndexChoices }) {
  const [indexId] = useState(() => newId())
  const { busy, problem, act, complain } = useAct(leave)

  function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const draft = readIndexDraft(new FormData(event.currentTarget), indexId)
    if (draft === null) complain(w.missing)
    else void act(() => call('billing.draftIndex', draft))
  }

  return (
    <form onSubmit={save} className="flex max-w-3xl flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField size="dense" name="figure" label={w.figure} options={choices.figures} />
        <Field size="dense" name="value" label={w.value} hint={w.valueHint} inputMode="decimal" required maxLength={20} autoComplete="off" />
        <Field size="dense" type="date" name="from" label={w.from} hint={w.fromHint} required />
        <ActFields words={w} choices={choices} required />
      </div>
      <Field size="dense" name="source" label={w.source} required minLength={3} maxLength={300} autoComplete="off" />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w.saving : null}>{w.save}</Button></div>
    </form>
  )
}
