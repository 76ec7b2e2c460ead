'use client'

import { fill } from '#app/_client/words.ts'
import { Field, SelectField, TextArea } from '#app/_ui/field.tsx'
import { locales, type Locale } from '#server/kernel/format.ts'
import { paperLimits, paperTypes } from '#server/meetings/schema.ts'
import type { AnnounceWords, AttachWords, RuleChoice } from './announce-words.ts'

type Values = Readonly<Record<string, string>>
type Setter = (field: string, value: string) => void
type TextsProps = { legend: string; name: string; most: number; values: Values; set: Setter; languages: Record<Locale, string>; required?: boolean }

/** One text in the three languages, each field saying which. */
export function ThreeTexts({ legend, name, most, values, set, languages, required = false }: TextsProps) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-1.5 font-medium">{legend}</legend>
      {locales.map(language => (
        <TextArea
          key={language}
          label={`${legend}, ${languages[language]}`}
          lang={language}
          rows={2}
          maxLength={most}
          required={required}
          value={values[`${name}.${language}`] ?? ''}
          onChange={event => set(`${name}.${language}`, event.target.value)}
        />
      ))}
    </fieldset>
  )
}

type Props = { index: number; values: Values; set: Setter; choices: readonly RuleChoice[]; words: AnnounceWords; attach: AttachWords; onFile: (file: File | null) => void }

export function QuestionFields({ index, values, set, choices, words, attach, onFile }: Props) {
  return (
    <section className="flex flex-col gap-3 rounded-card border border-line bg-surface p-4">
      <h2 className="text-title font-semibold">{fill(words.question, { position: index + 1 })}</h2>
      <SelectField
        label={words.type}
        value={values[`type${index}`] ?? choices[0]?.questionType ?? ''}
        options={choices.map(choice => ({ value: choice.questionType, label: choice.word }))}
        onChange={event => set(`type${index}`, event.target.value)}
      />
      <ThreeTexts legend={words.text} name={`question${index}`} most={500} values={values} set={set} languages={words.languages} required />
      <ThreeTexts legend={words.explanation} name={`explanation${index}`} most={2000} values={values} set={set} languages={words.languages} />
      <Field
        label={attach.chosen}
        hint={fill(attach.fileHint, { megabytes: paperLimits.bytes / 1024 / 1024 })}
        type="file"
        accept={[...paperTypes, 'image/*'].join(',')}
        onChange={event => onFile(event.target.files?.[0] ?? null)}
      />
    </section>
  )
}
