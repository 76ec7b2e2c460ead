import { useId, type ComponentProps, type ReactNode } from 'react'

export type CheckFieldProps = { label: ReactNode; note?: ReactNode } & Omit<ComponentProps<'input'>, 'type' | 'className' | 'children'>

/** One yes-or-no; the whole row is the target. */
export function CheckField({ label, note, ...input }: CheckFieldProps) {
  const id = useId()
  return (
    <label className="flex min-h-12 items-start gap-3 rounded-field py-2.5">
      <input {...input} type="checkbox" aria-describedby={note ? id : undefined} className="mt-0.5 size-6 shrink-0 accent-act" />
      <span className="flex flex-col">
        <span>{label}</span>
        {note && (
          <span id={id} className="text-small text-note">
            {note}
          </span>
        )}
      </span>
    </label>
  )
}
