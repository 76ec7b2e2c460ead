'use client'

import type { FormEvent } from 'react'
import { isRefusal } from '#app/_client/refusal.ts'
import { call, type OutputOf } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { useDraft } from '#app/_client/use-draft.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { languages } from '#app/_ui/locale.ts'
import { Notice } from '#app/_ui/notice.tsx'
import { formatPercent, type Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import { openProgrammeInput, programmeKinds } from '#server/repairs/schema.ts'

export type OpenWords = Record<'house' | 'kind' | 'share' | 'name' | 'nameHint' | 'nameIn' | 'year' | 'mistyped' | 'send' | 'sending', string>
type Props = { locale: Locale; houses: OutputOf<'repairs.keptHouses'>; year: string; words: OpenWords; kinds: Readonly<Record<string, string>> }

/** Which house, what is repaired and when. What is typed stays, and its id with it: what was sent and not answered opens once. */
export function OpenForm({ locale, houses, year, words: w, kinds }: Props) {
  const { values, set, clear } = useDraft('repair-programme', { programmeId: '', house: '', kind: '', uz: '', kk: '', ru: '', year })
  const { busy, problem, act, complain } = useAct()
  const house = houses.find(each => each.buildingId === values.house) ?? houses[0]
  const choices = programmeKinds.filter(kind => kind !== 'TARGETED' || house?.country === 'KZ')
  const kind = choices.find(each => each === values.kind) ?? choices[0]

  function send(event: FormEvent) {
    event.preventDefault()
    const programmeId = values.programmeId || newId()
    const { [locale]: title, ...others } = { uz: values.uz.trim(), kk: values.kk.trim(), ru: values.ru.trim() }
    const input = openProgrammeInput.safeParse({ buildingId: house?.buildingId, programmeId, kind, title, titleLocale: locale, titles: Object.fromEntries(Object.entries(others).filter(each => each[1] !== '')), year: Number(values.year) })
    if (!input.success) return complain(w.mistyped)
    set('programmeId', programmeId)
    void act(async () => {
      await call('repairs.openProgramme', input.data).catch((error: unknown) => {
        // What was refused is no programme: what is sent next is another one.
        if (isRefusal(error)) set('programmeId', '')
        throw error
      })
      clear()
      return leave(`/${locale}/staff/repairs/${input.data.buildingId}/${programmeId}`)
    })
  }

  return (
    <form onSubmit={send} className="flex flex-col gap-3">
      <SelectField size="dense" name="house" label={w.house} value={house?.buildingId} onChange={event => set('house', event.target.value)} options={houses.map(each => ({ value: each.buildingId, label: each.name }))} />
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField size="dense" name="kind" label={w.kind} value={kind} onChange={event => set('kind', event.target.value)} options={choices.map(value => ({ value, label: kinds[value] ?? value }))} />
        <Field size="dense" name="year" type="number" label={w.year} required min={2000} max={2100} value={values.year} onChange={event => set('year', event.target.value)} />
      </div>
      {[...languages].sort((a, b) => Number(b.locale === locale) - Number(a.locale === locale)).map(each => (
        <Field key={each.locale} size="dense" name={each.locale} lang={each.locale} autoComplete="off" minLength={3} maxLength={200} required={each.locale === locale} value={values[each.locale]} onChange={event => set(each.locale, event.target.value)}
          {...(each.locale === locale ? { label: w.name, hint: w.nameHint } : { label: fill(w.nameIn, { language: each.name }) })} />
      ))}
      {house?.ownersPercent && <p className="text-note">{fill(w.share, { percent: formatPercent(house.ownersPercent, locale) })}</p>}
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w.sending : null}>{w.send}</Button></div>
    </form>
  )
}
