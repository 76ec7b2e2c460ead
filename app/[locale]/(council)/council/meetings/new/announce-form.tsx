'use client'

import { useRef, useState } from 'react'
import { call, CallError, type InputOf } from '#app/_client/trpc.ts'
import { useDraft } from '#app/_client/use-draft.ts'
import { fill } from '#app/_client/words.ts'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import type { Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import { forms as formNames, mostQuestions, type Scope } from '#server/meetings/schema.ts'
import type { AnnounceWords, RuleChoice } from './announce-words.ts'
import { QuestionFields, ThreeTexts } from './question-fields.tsx'

const threeOf = (values: Readonly<Record<string, string>>, name: string) => ({ uz: values[`${name}.uz`] ?? '', kk: values[`${name}.kk`] ?? '', ru: values[`${name}.ru`] ?? '' })

type Props = { buildingId: string; locale: Locale; rules: readonly RuleChoice[]; forms: readonly { value: string; label: string }[]; words: AnnounceWords; noNetwork: string }
type Announcement = InputOf<'meetings.announceMeeting'>
type Ids = { meetingId: string; items: Map<number, string> }

/** The typed fields as the notice; the ids stay the same when it is sent again. */
function announcementOf(values: Readonly<Record<string, string>>, { ids, count, choices }: { ids: Ids; count: number; choices: readonly RuleChoice[] }): Omit<Announcement, 'buildingId' | 'scope'> {
  const items = Array.from({ length: count }, (_, index) => {
    const itemId = ids.items.get(index) ?? newId()
    ids.items.set(index, itemId)
    const explanation = threeOf(values, `explanation${index}`)
    const questionType = choices.find(rule => rule.questionType === values[`type${index}`])?.questionType ?? choices[0]?.questionType ?? 'general'
    return { itemId, questionType, question: threeOf(values, `question${index}`), ...(Object.values(explanation).some(text => text.trim() !== '') ? { explanation } : {}) }
  })
  const form = formNames.find(each => each === values['form']) ?? 'ABSENTEE_DIGITAL'
  return { meetingId: ids.meetingId, title: threeOf(values, 'title'), form, opensAt: values['opensAt'] ?? '', closesAt: values['closesAt'] ?? '', items }
}

/** Everything typed is kept in the phone until the notice hangs; what was announced does not change any more. */
export function AnnounceForm({ buildingId, locale, rules, forms, words, noNetwork }: Props) {
  const { values, set, clear } = useDraft<Record<string, string>>(`meeting-${buildingId}`, { count: '1', form: 'ABSENTEE_DIGITAL', scope: 'house' })
  const [state, setState] = useState({ busy: false, message: '' })
  const ids = useRef<Ids>({ meetingId: newId(), items: new Map() })
  const scope: Scope = values['scope'] === 'parkingTariff' ? 'parkingTariff' : 'house'
  const choices = rules.filter(rule => rule.scope === scope)
  const count = Math.min(mostQuestions, Math.max(1, Number(values['count']) || 1))
  const noticeDays = Math.max(0, ...choices.map(rule => rule.noticeDays))
  const scopes = [...new Set(rules.map(rule => rule.scope))]

  async function send(): Promise<void> {
    if (state.busy) return
    setState({ busy: true, message: '' })
    try {
      const { meetingId } = await call('meetings.announceMeeting', { buildingId, scope, ...announcementOf(values, { ids: ids.current, count, choices }) })
      clear()
      location.assign(`/${locale}/council/meetings/${meetingId}`)
    } catch (error) {
      setState({ busy: false, message: (error instanceof CallError && error.message) || noNetwork })
    }
  }

  return (
    <form className="flex flex-col gap-6" onSubmit={event => { event.preventDefault(); void send() }}>
      <ThreeTexts legend={words.name} name="title" most={200} values={values} set={set} languages={words.languages} required />
      <SelectField label={words.form} value={values['form'] ?? ''} options={forms} onChange={event => set('form', event.target.value)} />
      {scopes.length > 1 && (
        <SelectField
          label={words.scope}
          value={scope}
          options={[{ value: 'house', label: words.scopeHouse }, { value: 'parkingTariff', label: words.scopeParking }]}
          onChange={event => set('scope', event.target.value)}
        />
      )}
      <Field label={words.opensAt} hint={fill(words.noticeHint, { days: noticeDays })} type="datetime-local" required value={values['opensAt'] ?? ''} onChange={event => set('opensAt', event.target.value)} />
      <Field label={words.closesAt} type="datetime-local" required value={values['closesAt'] ?? ''} onChange={event => set('closesAt', event.target.value)} />
      {Array.from({ length: count }, (_, index) => <QuestionFields key={index} {...{ index, values, set, choices, words }} />)}
      <div className="flex flex-wrap gap-2">
        {count < mostQuestions && <Button icon="plus" onClick={() => set('count', String(count + 1))}>{words.add}</Button>}
        {count > 1 && <Button kind="quiet" icon="minus" onClick={() => set('count', String(count - 1))}>{fill(words.remove, { position: count })}</Button>}
      </div>
      {state.message && <Notice tone="care" live="alert">{state.message}</Notice>}
      <ActBar note={words.sendNote}>
        <Button type="submit" kind="main" busy={state.busy ? words.sending : null}>{words.send}</Button>
      </ActBar>
    </form>
  )
}
