'use client'

import { fill } from '#app/_client/words.ts'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PhotoField } from '#app/_ui/photo-field.tsx'
import { Receipt } from './receipt.tsx'
import { useReadingForm, type FormProps } from './use-reading-form.ts'

/** Judged at once by the same rules as the server; asks, never silently refuses; keeps what was typed. */
export function ReadingForm(props: FormProps) {
  const { meter, words, locale, backHref } = props
  const form = useReadingForm(props)
  if (form.outcome) return <Receipt outcome={form.outcome} words={words.form} errors={{ noNetwork: words.noNetwork }} locale={locale} backHref={backHref} meter={meter} />
  return (
    <form className="flex flex-col gap-5" data-unsaved={form.photos.photos.length > 0 ? '' : undefined} onSubmit={event => { event.preventDefault(); form.submit() }}>
      <Registers {...props} form={form} />
      <div role="status" className="flex flex-col gap-1">{!form.asked && form.said.map(text => <p key={text}>{text}</p>)}</div>
      {form.asked && (
        <Notice tone="care" live="alert" title={form.asked.text} actions={(
          <>
            <Button onClick={form.answerYes}>{fill(words.form.yes, { value: form.shown })}</Button>
            <Button kind="quiet" onClick={form.answerNo}>{words.form.no}</Button>
          </>
        )} />
      )}
      <PhotoField label={words.form.photo} hint={words.form.photoHint} words={words.photo} photo={form.photos.photos[0] ?? null} onPhoto={photo => form.photos.put(0, photo)}
        prepare={form.photos.prepare} />
      <ActBar>
        <Button kind="main" type="submit" wide disabled={!form.typed} busy={form.busy ? words.form.sending : null}>
          {form.shown ? fill(words.form.send, { value: form.shown }) : words.form.sendEmpty}
        </Button>
      </ActBar>
    </form>
  )
}

function Registers({ meter, words, form }: FormProps & { form: ReturnType<typeof useReadingForm> }) {
  const hint = meter.decimals > 0 ? words.form.hintDecimals : words.form.hint
  return form.raw.map((value, index) => (
    <Field key={index} id={`register-${index}`} size="figures" inputMode="decimal" autoComplete="off" enterKeyHint="done" maxLength={20}
      label={meter.registers > 1 ? fill(words.form.registerN, { n: index + 1 }) : words.form.register} hint={index === 0 ? hint : undefined}
      error={form.problem?.register === index ? form.problem.text : undefined} value={value} onChange={event => form.type(index, event.target.value)} />
  ))
}
