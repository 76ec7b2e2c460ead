'use client'

import { useDraft } from '#app/_client/use-draft.ts'
import { fill } from '#app/_client/words.ts'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import type { Locale } from '#server/kernel/format.ts'
import { mostQuestions, type Scope } from '#server/meetings/schema.ts'
import type { AnnounceWords, AttachWords, RuleChoice } from './announce-words.ts'
import { QuestionFields, ThreeTexts } from './question-fields.tsx'
import { useAnnouncing } from './use-announcing.ts'

type Props = {
  buildingId: string; locale: Locale; rules: readonly RuleChoice[]; forms: readonly { value: string; label: string }[]
  words: AnnounceWords; attach: AttachWords; noNetwork: string
}

/** Everything typed is kept in the phone until the notice hangs; what was announced does not change any more. */
export function AnnounceForm({ buildingId, locale, rules, forms, words, attach, noNetwork }: Props) {
  const { values, set, clear } = useDraft<Record<string, string>>(`meeting-${buildingId}`, { count: '1', form: 'ABSENTEE_DIGITAL', scope: 'house' })
  const { state, send, choose } = useAnnouncing({ attach, noNetwork, onHung: clear })
  const scope: Scope = values['scope'] === 'parkingTariff' ? 'parkingTariff' : 'house'
  const choices = rules.filter(rule => rule.scope === scope)
  const count = Math.min(mostQuestions, Math.max(1, Number(values['count']) || 1))
  const noticeDays = Math.max(0, ...choices.map(rule => rule.noticeDays))
  const scopes = [...new Set(rules.map(rule => rule.scope))]
  const pageOf = (meetingId: string) => `/${locale}/council/meetings/${meetingId}`

  if (state.hungAt !== null) {
    return <Notice tone="care" live="alert" actions={<LinkButton kind="main" href={pageOf(state.hungAt)}>{attach.toMeeting}</LinkButton>}>{state.message}</Notice>
  }
  return (
    <form
      className="flex flex-col gap-6"
      onSubmit={event => { event.preventDefault(); void send({ values, count, choices, buildingId, scope }, meetingId => location.assign(pageOf(meetingId))) }}
    >
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
      {Array.from({ length: count }, (_, index) => <QuestionFields key={index} {...{ index, values, set, choices, words, attach }} onFile={file => choose(index, file)} />)}
      <div className="flex flex-wrap gap-2">
        {count < mostQuestions && <Button icon="plus" onClick={() => set('count', String(count + 1))}>{words.add}</Button>}
        {count > 1 && <Button kind="quiet" icon="minus" onClick={() => { choose(count - 1, null); set('count', String(count - 1)) }}>{fill(words.remove, { position: count })}</Button>}
      </div>
      {state.message && <Notice tone="care" live="alert">{state.message}</Notice>}
      <ActBar note={words.sendNote}>
        <Button type="submit" kind="main" busy={state.busy ? words.sending : null}>{words.send}</Button>
      </ActBar>
    </form>
  )
}
