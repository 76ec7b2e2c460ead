import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

export type EmptyStateProps = { icon?: IconName; title: ReactNode; children?: ReactNode; actions?: ReactNode }

/** Nothing is due, or nothing was found: said calmly, with the next step if there is one. */
export function EmptyState({ icon = 'good', title, children, actions }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-start gap-3 py-6">
      <span className="text-act">
        <Icon name={icon} size={32} />
      </span>
      <p className="text-title font-semibold">{title}</p>
      {children && <div className="text-note">{children}</div>}
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
