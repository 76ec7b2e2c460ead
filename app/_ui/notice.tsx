import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

/** `danger` is for gas, flood and fraud; a debt is never in red. */
export type Tone = 'info' | 'good' | 'care' | 'danger' | 'waiting'

const tones: Record<Tone, { icon: IconName; box: string; mark: string }> = {
  info: { icon: 'info', box: 'bg-act-soft border-act', mark: 'text-act' },
  good: { icon: 'good', box: 'bg-good-soft border-good', mark: 'text-good' },
  care: { icon: 'care', box: 'bg-care-soft border-care', mark: 'text-care' },
  danger: { icon: 'danger', box: 'bg-danger-soft border-danger', mark: 'text-danger' },
  waiting: { icon: 'clock', box: 'bg-surface border-note', mark: 'text-note' },
}

export type NoticeProps = {
  tone?: Tone
  title?: ReactNode
  children?: ReactNode
  actions?: ReactNode
  /** `alert` interrupts a screen reader (an error just made), `status` waits its turn. */
  live?: 'alert' | 'status'
  /** Small code for the clerk; never the message itself. */
  code?: string
}

export function Notice({ tone = 'info', title, children, actions, live, code }: NoticeProps) {
  const look = tones[tone]
  return (
    <div role={live} className={`flex gap-3 rounded-card border p-edge ${look.box}`}>
      <span className={look.mark}>
        <Icon name={look.icon} />
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div>{children}</div>}
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        {code && <p className="text-small text-note">{code}</p>}
      </div>
    </div>
  )
}

/** A state as a shape and a word, for rows and tables. */
export function StateMark({ tone = 'info', children }: { tone?: Tone; children: ReactNode }) {
  const look = tones[tone]
  return (
    <span className={`inline-flex items-center gap-1 text-small font-medium ${look.mark}`}>
      <Icon name={look.icon} size={16} />
      {children}
    </span>
  )
}
