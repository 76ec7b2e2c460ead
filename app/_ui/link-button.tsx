import type { ReactNode } from 'react'
import { Hotkey } from './button.tsx'
import { buttonLook, type ButtonKind } from './button-look.ts'
import { Icon, type IconName } from './icon.tsx'

export type LinkButtonProps = {
  href: string
  children: ReactNode
  kind?: ButtonKind
  icon?: IconName
  wide?: boolean
  hotkey?: string
  /** For files: the browser saves instead of opening. */
  download?: boolean | string
}

/** A plain anchor: reading screens load pages, not a router. */
export function LinkButton({ href, children, kind = 'plain', icon, wide, hotkey, download }: LinkButtonProps) {
  return (
    <a href={href} download={download} data-hotkey={hotkey} className={buttonLook(kind, wide)}>
      {icon && <Icon name={icon} size={20} />}
      <span>{children}</span>
      {hotkey && <Hotkey letter={hotkey} />}
    </a>
  )
}
