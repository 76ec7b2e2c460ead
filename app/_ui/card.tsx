import type { ReactNode } from 'react'

export type CardProps = {
  title?: ReactNode
  /** Small words beside or under the title, such as the date. */
  note?: ReactNode
  children?: ReactNode
  /** Buttons; the first is the act of the card. */
  actions?: ReactNode
  level?: 2 | 3
  as?: 'section' | 'article' | 'li'
}

export function Card({ title, note, children, actions, level = 2, as: Tag = 'section' }: CardProps) {
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <Tag className="flex flex-col gap-3 rounded-card border border-line bg-surface p-edge">
      {(title || note) && (
        <div>
          {title && <Heading className="text-title font-semibold">{title}</Heading>}
          {note && <p className="text-small text-note">{note}</p>}
        </div>
      )}
      {children}
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </Tag>
  )
}

/** A figure with its reason under it: the sum large, why small. */
export function Figure({ label, value, reason }: { label: ReactNode; value: ReactNode; reason?: ReactNode }) {
  return (
    <div>
      <p className="text-small text-note">{label}</p>
      <p className="figures text-sum font-semibold">{value}</p>
      {reason && <p className="text-small text-note">{reason}</p>}
    </div>
  )
}
