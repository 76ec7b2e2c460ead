import { useState, type ReactNode } from 'react'
import { Field, SelectField } from '#app/_ui/field.tsx'

type Choice = { value: string; label: string }
type Props = {
  words: Record<'act' | 'actKind' | 'actNumber' | 'actDate' | 'actTitle', string>
  choices: Record<'acts' | 'actKinds', readonly Choice[]>
  required?: boolean
  /** More of an act that is new. */
  children?: ReactNode
}

/** The legal act of a draft: one that is known, or a new one field by field, as tariffs/acts.ts reads it. */
export function ActFields({ words: w, choices, required = false, children }: Props) {
  const [act, setAct] = useState('')
  return (
    <>
      <SelectField size="dense" name="act" label={w.act} options={choices.acts} value={act} required={required} onChange={event => setAct(event.target.value)} />
      {act === 'new' && (
        <>
          <SelectField size="dense" name="actKind" label={w.actKind} options={choices.actKinds} />
          <Field size="dense" name="actNumber" label={w.actNumber} required maxLength={40} autoComplete="off" />
          <Field size="dense" type="date" name="actDate" label={w.actDate} required />
          <Field size="dense" name="actTitle" label={w.actTitle} required minLength={5} maxLength={300} autoComplete="off" />
          {children}
        </>
      )}
    </>
  )
}
