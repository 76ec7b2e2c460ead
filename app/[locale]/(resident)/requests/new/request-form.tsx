'use client'

import { fill } from '#app/_client/words.ts'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { Button } from '#app/_ui/button.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { Field, SelectField, TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PhotoField } from '#app/_ui/photo-field.tsx'
import { Filed } from './filed.tsx'
import { SimilarCards } from './similar-cards.tsx'
import { useRequestForm, type RequestFormProps } from './use-request-form.ts'

/** Photo first or words first; the category is suggested, the place follows, the emergency is asked where it can matter. */
export function RequestForm(props: RequestFormProps) {
  const { words, locale } = props
  const form = useRequestForm(props)
  const w = words.form
  if (form.outcome) return <Filed outcome={form.outcome} words={w} locale={locale} />
  return (
    <form className="flex flex-col gap-5" data-unsaved={form.photos.photos.length > 0 ? '' : undefined} onSubmit={event => { event.preventDefault(); form.submit() }}>
      <Photos words={words} form={form} />
      <TextArea id="request-text" error={errorAt(form, 'text')} label={w['text']} hint={w['textHint']} rows={3} maxLength={4000} value={form.typed.text} onChange={event => form.set('text', event.target.value)} />
      {form.urgency && <Notice tone={form.urgency === 'GAS' ? 'danger' : 'care'} live="alert">{w[form.urgency === 'GAS' ? 'danger' : 'looksUrgent']}</Notice>}
      <What {...props} form={form} />
      {form.home && <SimilarCards similar={form.similar} premisesId={form.home.premisesId} words={words} />}
      {form.problem?.field === null && <Notice tone="care" live="alert">{form.problem.text}</Notice>}
      <ActBar>
        <Button kind="main" type="submit" wide busy={form.busy && (w['sending'] ?? '')}>{w['send']}</Button>
      </ActBar>
    </form>
  )
}

type FormState = ReturnType<typeof useRequestForm>

const errorAt = ({ problem }: FormState, field: string) => (problem?.field === field ? problem.text : undefined)

function What({ homes, categories, words, form }: RequestFormProps & { form: FormState }) {
  const w = words.form
  const choose = { value: '', label: w['choose'] ?? '', disabled: true }
  return (
    <>
      {homes.length > 1 && (
        <SelectField label={w['home']} value={form.home?.premisesId ?? ''} onChange={event => form.set('premisesId', event.target.value)}
          options={homes.map(home => ({ value: home.premisesId, label: fill(w['homeOption'] ?? '', { house: home.house, flat: home.flat }) }))} />
      )}
      <SelectField id="request-category" error={errorAt(form, 'category')} label={w['category']} hint={form.guessed ? w['suggested'] : undefined} value={form.typed.category} onChange={event => form.set('category', event.target.value)}
        options={[choose, ...categories.map(each => ({ value: each.category, label: words.categories[each.category] ?? each.category }))]} />
      {form.facts && (
        <SelectField id="request-place" error={errorAt(form, 'place')} label={w['place']} value={form.place ?? ''} onChange={event => form.set('place', event.target.value)}
          options={[choose, ...form.facts.places.map(each => ({ value: each, label: words.places[each] ?? each }))]} />
      )}
      {form.place === 'ENTRANCE' && (
        <Field label={w['entrance']} inputMode="numeric" maxLength={2} value={form.entrance} onChange={event => form.setEntrance(event.target.value)} />
      )}
      {form.facts?.emergencyPossible && (
        <CheckField label={w['emergency']} note={w['emergencyNote']} checked={form.typed.emergency === 'yes'} onChange={event => form.set('emergency', event.target.checked ? 'yes' : '')} />
      )}
    </>
  )
}

const mostPhotos = 3

function Photos({ words, form: { photos: { photos, put, prepare } } }: { words: RequestFormProps['words']; form: FormState }) {
  const places = Array.from({ length: Math.min(photos.length + 1, mostPhotos) }, (_, index) => index)
  return places.map(index => (
    <PhotoField key={index} label={words.form['photo'] ?? ''} {...(index === 0 ? { hint: words.form['photoHint'] ?? '' } : {})} words={words.photo} photo={photos[index] ?? null}
      onPhoto={photo => put(index, photo)} prepare={prepare} />
  ))
}
