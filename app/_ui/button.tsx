import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import { buttonLook, type ButtonKind } from './button-look.ts'

export type ButtonProps = {
  children: ReactNode
  /** `main` once per screen; its words are the act itself: 'Send 00482'. */
  kind?: ButtonKind
  icon?: IconName
  type?: 'submit' | 'button'
  name?: string
  value?: string
  form?: string
  disabled?: boolean
  /** While set, these words replace the label and a second press does nothing. */
  busy?: string | null | false
  wide?: boolean
  /** Staff screens: one Latin letter, shown on the button and obeyed by `StaffKeys`. */
  hotkey?: string
  onClick?: () => void
  describedBy?: string
}

export function Button(props: ButtonProps) {
  const { children, kind = 'plain', icon, type = 'button', busy, hotkey } = props
  return (
    <button
      type={type}
      name={props.name}
      value={props.value}
      form={props.form}
      disabled={props.disabled}
      aria-disabled={busy ? true : undefined}
      aria-describedby={props.describedBy}
      data-hotkey={hotkey}
      onClick={busy ? (event) => event.preventDefault() : props.onClick}
      className={buttonLook(kind, props.wide)}
    >
      {icon && <Icon name={icon} size={20} />}
      <span aria-live={busy === undefined ? undefined : 'polite'}>{busy || children}</span>
      {hotkey && <Hotkey letter={hotkey} />}
    </button>
  )
}

export function Hotkey({ letter }: { letter: string }) {
  return (
    <kbd aria-hidden="true" className="ms-1 rounded-field border border-current px-1 text-small leading-5 opacity-80">
      {letter.toUpperCase()}
    </kbd>
  )
}
