import { useId, type ComponentProps, type ReactNode } from 'react'
import { localDates } from '#server/kernel/period.ts'
import { Icon } from './icon.tsx'

type Shared = {
  label: ReactNode
  /** Says how to fill it, before the person starts. */
  hint?: ReactNode
  /** What happened, what was kept, what to do next. The typed value stays. */
  error?: ReactNode
}

const box =
  'block w-full min-w-0 rounded-field border border-note bg-surface px-3 text-ink aria-invalid:border-2 aria-invalid:border-danger disabled:opacity-60'

const sizes = {
  body: 'min-h-12 py-2 text-base',
  /** Meter registers and one-time codes: one figure per place, large. */
  figures: 'figures min-h-14 py-2 text-sum tracking-[0.2em]',
  dense: 'min-h-9 py-1 text-small',
} as const

export type FieldSize = keyof typeof sizes

export type FieldProps = Shared & { size?: FieldSize; unit?: ReactNode } & Omit<
    ComponentProps<'input'>,
    'size' | 'className' | 'children'
  >

export function Field({ label, hint, error, size = 'body', unit, ...input }: FieldProps) {
  const made = useId()
  const id = input.id ?? made
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      <span className="flex items-center gap-2">
        {/* A year of two figures, or of five, is told at the field itself. */}
        <input {...input.type === 'date' && localDates} {...input} {...described({ id, hint, error })} id={id} type={input.type ?? 'text'} className={`${box} ${sizes[size]}`} />
        {unit && <span className="shrink-0 text-note">{unit}</span>}
      </span>
    </FieldFrame>
  )
}

export type TextAreaProps = Shared & Omit<ComponentProps<'textarea'>, 'className' | 'children'>

export function TextArea({ label, hint, error, ...area }: TextAreaProps) {
  const made = useId()
  const id = area.id ?? made
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      <textarea rows={4} {...area} {...described({ id, hint, error })} id={id} className={`${box} ${sizes.body}`} />
    </FieldFrame>
  )
}

export type SelectFieldProps = Shared & {
  options: readonly { value: string; label: string; disabled?: boolean }[]
  size?: Exclude<FieldSize, 'figures'>
} & Omit<ComponentProps<'select'>, 'size' | 'className' | 'children'>

export function SelectField({ label, hint, error, options, size = 'body', ...select }: SelectFieldProps) {
  const made = useId()
  const id = select.id ?? made
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      <select {...select} {...described({ id, hint, error })} id={id} className={`${box} ${sizes[size]}`}>
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}

function FieldFrame({ id, label, hint, error, children }: Shared & { id: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {hint && (
        <p id={`${id}-hint`} className="text-small text-note">
          {hint}
        </p>
      )}
      {children}
      {error && (
        <p id={`${id}-error`} role="alert" className="flex gap-2 text-small text-danger">
          <Icon name="care" size={20} />
          <span>{error}</span>
        </p>
      )}
    </div>
  )
}

function described({ id, hint, error }: { id: string; hint?: ReactNode; error?: ReactNode }) {
  const ids = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return { 'aria-describedby': ids || undefined, 'aria-invalid': error ? true : undefined }
}
