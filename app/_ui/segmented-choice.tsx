import { useId, type ReactNode } from 'react'

export type ChoiceOption = { value: string; label: ReactNode; note?: ReactNode; disabled?: boolean }

export type SegmentedChoiceProps = {
  legend: ReactNode
  name: string
  options: readonly ChoiceOption[]
  /** `row` for two or three short words, `stack` for anything longer. */
  layout?: 'row' | 'stack'
  value?: string
  defaultValue?: string
  required?: boolean
  error?: ReactNode
  hideLegend?: boolean
  onChange?: (value: string) => void
}

export function SegmentedChoice(props: SegmentedChoiceProps) {
  const { legend, name, options, layout = 'stack', value, defaultValue, required, error, onChange } = props
  const id = useId()
  const controlled = value !== undefined
  return (
    <fieldset className="min-w-0" aria-describedby={error ? id : undefined} aria-invalid={error ? true : undefined}>
      <legend className={props.hideLegend ? 'sr-only' : 'mb-1.5 font-medium'}>{legend}</legend>
      <div className={layout === 'row' ? 'grid auto-cols-fr grid-flow-col gap-2' : 'flex flex-col gap-2'}>
        {options.map((option) => (
          <label
            key={option.value}
            className="flex min-h-12 items-center gap-3 rounded-card border border-note bg-surface px-3 py-2 has-checked:border-2 has-checked:border-act has-checked:bg-act-soft has-disabled:opacity-60 has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-act"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              required={required}
              disabled={option.disabled}
              checked={controlled ? value === option.value : undefined}
              defaultChecked={controlled ? undefined : defaultValue === option.value}
              onChange={onChange ? () => onChange(option.value) : undefined}
              readOnly={controlled && !onChange}
              className="size-5 shrink-0 accent-act focus-visible:outline-none"
            />
            <span className="flex min-w-0 flex-col">
              <span>{option.label}</span>
              {option.note && <span className="text-small text-note">{option.note}</span>}
            </span>
          </label>
        ))}
      </div>
      {error && (
        <p id={id} role="alert" className="mt-1.5 text-small text-danger">
          {error}
        </p>
      )}
    </fieldset>
  )
}
