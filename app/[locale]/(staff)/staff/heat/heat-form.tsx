'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { ActFields } from '#app/_parts/billing/act-fields.tsx'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatPeriod, type Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import type { NewKind } from './heat-words.ts'
import { readAct, readHeat } from './read-heat.ts'

type WordKey = 'place' | 'from' | 'to' | 'toOpen' | 'act' | 'actKind' | 'actTitle' | 'actNumber' | 'actDate' | 'source' | 'litres' | 'gcal' | 'unit' | 'number' | 'supplier' | 'mode' | 'area' | 'areaHint' | 'policy' | 'customerClass' | 'hotWater'
  | 'service' | 'interruption' | 'save' | 'saveAct' | 'saving' | 'missing' | 'recalculated' | 'notRecalculated' | 'openMonth'
export type HeatFormWords = Record<WordKey, string>
type Choice = { value: string; label: string }
export type HeatChoices = Record<'places' | 'acts' | 'actKinds' | 'suppliers' | 'modes' | 'policies' | 'classes' | 'services' | 'units', readonly Choice[]>
type Props = { kind: NewKind; buildingId: string | null; done: string; locale: Locale; words: HeatFormWords; choices: HeatChoices }

/** What the paper says, field by field; one id, so that sending twice is one. What is typed stays until it is saved. */
export function HeatForm({ kind, buildingId, done, locale, words: w, choices }: Props) {
  const [id] = useState(() => newId())
  const { busy, problem, act, complain } = useAct()
  const [told, setTold] = useState<{ text: string; months: readonly string[] } | null>(null)

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    await act(() => kind === 'ACT' ? saveAct(form) : saveDraft(form))
  }
  async function saveDraft(form: FormData): Promise<unknown> {
    const draft = readHeat(form, { id, kind: kind === 'ACT' ? 'SEASON' : kind, buildingId })
    if (draft === null) return complain(w.missing)
    await call('billing.draftHeat', draft)
    return leave(`${done}${done.includes('?') ? '&' : '?'}open=${draft.kind}.${id}`)
  }
  async function saveAct(form: FormData): Promise<unknown> {
    const interruption = readAct(form, id, buildingId)
    if (interruption === null) return complain(w.missing)
    const { billed, recalculated } = await call('billing.registerInterruption', interruption)
    if (billed.length === 0) return leave(done)
    return setTold(recalculated.length > 0 ? { text: w.recalculated, months: [] } : { text: w.notRecalculated, months: billed })
  }

  if (told !== null) {
    return (
      <Notice tone="good" live="status">
        <p>{told.text}</p>
        {told.months.map(month => <p key={month}><a className="underline" href={`/${locale}/staff/billing/${buildingId ?? ''}/${month}`}>{fill(w.openMonth, { month: formatPeriod(month, locale) })}</a></p>)}
      </Notice>
    )
  }
  return (
    <form onSubmit={event => void save(event)} className="flex max-w-3xl flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        {kind === 'CONTRACT' && <ContractFields words={w} choices={choices} />}
        {kind === 'ACT' && <InterruptionFields words={w} choices={choices} />}
        {(kind === 'SEASON' || kind === 'NORM') && <PlaceFields words={w} choices={choices} kind={kind} />}
        <Field size="dense" type="date" name="from" label={w.from} required />
        <Field size="dense" type="date" name="to" label={kind === 'SEASON' || kind === 'ACT' ? w.to : w.toOpen} required={kind === 'SEASON' || kind === 'ACT'} />
      </div>
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w.saving : null}>{kind === 'ACT' ? w.saveAct : w.save}</Button></div>
    </form>
  )
}

type Part = { words: HeatFormWords; choices: HeatChoices }

/** An area of its own is in the contract of one flat; a house's are those of its register. */
function ContractFields({ words: w, choices }: Part) {
  const [unit, setUnit] = useState('')
  return (
    <>
      <SelectField size="dense" name="unit" label={w.unit} options={choices.units} value={unit} onChange={event => setUnit(event.target.value)} />
      <Field size="dense" name="number" label={w.number} required maxLength={60} autoComplete="off" />
      <SelectField size="dense" name="supplierId" label={w.supplier} options={choices.suppliers} />
      <SelectField size="dense" name="mode" label={w.mode} options={choices.modes} />
      {unit !== '' && <Field size="dense" name="area" inputMode="decimal" label={w.area} hint={w.areaHint} maxLength={12} autoComplete="off" />}
      <SelectField size="dense" name="policy" label={w.policy} options={choices.policies} />
      <SelectField size="dense" name="customerClass" label={w.customerClass} options={choices.classes} />
      <CheckField name="hotWater" label={w.hotWater} />
    </>
  )
}

function InterruptionFields({ words: w, choices }: Part) {
  return (
    <>
      <SelectField size="dense" name="service" label={w.service} options={choices.services} defaultValue="HEAT" />
      <Field size="dense" name="interruption" label={w.interruption} required maxLength={60} autoComplete="off" />
    </>
  )
}

function PlaceFields({ words: w, choices, kind }: Part & { kind: 'SEASON' | 'NORM' }) {
  return (
    <>
      <SelectField size="dense" name="place" label={w.place} options={choices.places} />
      {kind === 'NORM' && <Field size="dense" name="litres" inputMode="decimal" label={w.litres} required maxLength={12} autoComplete="off" />}
      {kind === 'NORM' && <Field size="dense" name="gcal" inputMode="decimal" label={w.gcal} maxLength={12} autoComplete="off" />}
      <Field size="dense" name="source" label={w.source} required minLength={3} maxLength={300} />
      <ActFields words={w} choices={choices} />
    </>
  )
}
