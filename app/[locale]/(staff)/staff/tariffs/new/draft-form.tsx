'use client'

import { useState, type FormEvent } from 'react'
import { fill } from '#app/_client/words.ts'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { ActFields } from '#app/_parts/billing/act-fields.tsx'
import { Button } from '#app/_ui/button.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { isTiered } from '#server/billing/difference/rules.ts'
import { newId } from '#server/kernel/ids.ts'
import { readDraft, tierRows, type OldTariff } from './read-draft.ts'

type WordKey = 'place' | 'service' | 'supplier' | 'customerClass' | 'basis' | 'price' | 'tier' | 'tierPrice' | 'tiersNote' | 'conditions' | 'stove' | 'metered' | 'buildingMeter' | 'privileged' | 'months' | 'monthsHint' | 'vatMode' | 'vatRate'
  | 'vatRateHint' | 'act' | 'actKind' | 'actNumber' | 'actDate' | 'actTitle' | 'actUrl' | 'source' | 'sourceHint' | 'more' | 'validFrom' | 'validTo' | 'validToHint' | 'supersedes' | 'save' | 'saving' | 'missing'
export type DraftWords = Record<WordKey, string>
type Choice = { value: string; label: string }
type Choices = Record<'places' | 'services' | 'bases' | 'vatModes' | 'classes' | 'actKinds' | 'conditions' | 'suppliers' | 'acts', readonly Choice[]>
type Props = { locale: string; words: DraftWords; choices: Choices; from: OldTariff | null }

/** What the act says, field by field; one id, so that sending twice drafts once. */
export function DraftForm({ locale, words: w, choices, from }: Props) {
  const [tariffId] = useState(() => newId())
  const { busy, problem, act, complain } = useAct()

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const draft = readDraft(new FormData(event.currentTarget), tariffId, from)
    if (draft === null) return complain(w.missing)
    await act(async () => {
      await call('billing.draftTariff', draft)
      return leave(`/${locale}/staff/tariffs/${tariffId}`)
    })
  }

  return (
    <form onSubmit={event => void save(event)} className="flex flex-col gap-4">
      <What words={w} choices={choices} from={from} />
      <Figures words={w} choices={choices} from={from} />
      <Conditions words={w} choices={choices} from={from} />
      <div className="grid gap-3 sm:grid-cols-2">
        <ActFields words={w} choices={choices}><Field size="dense" type="url" name="actUrl" label={w.actUrl} maxLength={300} autoComplete="off" /></ActFields>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field size="dense" name="source" label={w.source} hint={w.sourceHint} required minLength={3} maxLength={300} />
        <Field size="dense" name="note" label={w.more} maxLength={500} />
        <Field size="dense" type="date" name="validFrom" label={w.validFrom} required />
        <Field size="dense" type="date" name="validTo" label={w.validTo} hint={w.validToHint} />
      </div>
      {from && <CheckField name="supersedes" label={w.supersedes} defaultChecked />}
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w.saving : null}>{w.save}</Button></div>
    </form>
  )
}

type PartProps = Omit<Props, 'locale'>

function What({ words: w, choices, from }: PartProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField size="dense" name="place" label={w.place} options={choices.places} defaultValue={from ? `${from.country}:${from.territoryPrefix}` : undefined} />
      <SelectField size="dense" name="service" label={w.service} options={choices.services} defaultValue={from?.service} />
      <SelectField size="dense" name="supplierId" label={w.supplier} options={choices.suppliers} defaultValue={from?.supplierId ?? ''} />
      <SelectField size="dense" name="customerClass" label={w.customerClass} options={choices.classes} defaultValue={from?.customerClass} />
    </div>
  )
}

function Figures({ words: w, choices, from }: PartProps) {
  const [basis, setBasis] = useState(from?.basis ?? 'VOLUME')
  const tiered = isTiered(basis)
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField size="dense" name="basis" label={w.basis} options={choices.bases} value={basis} onChange={event => setBasis(event.target.value as typeof basis)} />
        {!tiered && <Field size="dense" name="price" inputMode="decimal" label={w.price} defaultValue={from?.price ?? ''} required maxLength={20} autoComplete="off" />}
        <SelectField size="dense" name="vatMode" label={w.vatMode} options={choices.vatModes} defaultValue={from?.vatMode} />
        <Field size="dense" name="vatRate" inputMode="decimal" label={w.vatRate} hint={w.vatRateHint} defaultValue={from?.vatRate ?? ''} maxLength={6} autoComplete="off" />
      </div>
      {tiered && (
        <>
          <p className="text-note">{w.tiersNote}</p>
          <div className="grid grid-cols-2 gap-3">
            {tierRows.flatMap(number => [
              <Field key={`to${number}`} size="dense" name={`upTo${number}`} inputMode="decimal" label={fill(w.tier, { number })} defaultValue={from?.tiers?.[number - 1]?.upTo ?? ''} maxLength={20} autoComplete="off" />,
              <Field key={`price${number}`} size="dense" name={`price${number}`} inputMode="decimal" label={fill(w.tierPrice, { number })} defaultValue={from?.tiers?.[number - 1]?.price ?? ''} maxLength={20} autoComplete="off" />,
            ])}
          </div>
        </>
      )}
    </>
  )
}

function Conditions({ words: w, choices, from }: PartProps) {
  const said = (value: boolean | null | undefined) => value === true ? 'yes' : value === false ? 'no' : ''
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="font-semibold">{w.conditions}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        {(['stove', 'metered', 'buildingMeter', 'privileged'] as const).map(name => <SelectField key={name} size="dense" name={name} label={w[name]} options={choices.conditions} defaultValue={said(from?.[name])} />)}
        <Field size="dense" name="months" label={w.months} hint={w.monthsHint} defaultValue={from?.months ?? ''} maxLength={40} autoComplete="off" />
      </div>
    </fieldset>
  )
}
