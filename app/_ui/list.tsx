import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

export function List({ children, label, ordered = false }: { children: ReactNode; label?: string; ordered?: boolean }) {
  const Tag = ordered ? 'ol' : 'ul'
  return (
    <Tag aria-label={label} className="divide-y divide-line overflow-hidden rounded-card border border-line bg-surface">
      {children}
    </Tag>
  )
}

export type RowProps = {
  title: ReactNode
  note?: ReactNode
  /** Stands at the end of the row: a sum, a date, a StateMark. */
  value?: ReactNode
  icon?: IconName
  href?: string
  current?: boolean
}

export function Row({ title, note, value, icon, href, current }: RowProps) {
  const inside = (
    <>
      {icon && <Icon name={icon} />}
      {/* A value that leaves the words no room stands under them, not beside. */}
      <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3">
        <span className="flex min-w-0 flex-1 basis-32 flex-col">
          <span className="text-ink">{title}</span>
          {note && <span className="text-small text-note">{note}</span>}
        </span>
        {value !== undefined && <span className="figures ms-auto max-w-full text-end text-ink">{value}</span>}
      </span>
      {href && <Icon name="forward" size={20} />}
    </>
  )
  const look = 'flex min-h-12 items-center gap-3 px-edge py-2.5'
  return (
    <li className="max-w-none">
      {href ? (
        <a href={href} aria-current={current ? 'true' : undefined} className={`${look} no-underline aria-[current]:bg-act-soft`}>
          {inside}
        </a>
      ) : (
        <div className={look}>{inside}</div>
      )}
    </li>
  )
}

/** Pairs of a term and its value, read in that order; a long value takes a line of its own. */
export function Facts({ facts }: { facts: readonly { term: ReactNode; value: ReactNode }[] }) {
  return (
    <dl className="flex flex-col gap-y-1.5">
      {facts.map((fact, index) => (
        <div key={index} className="flex flex-wrap justify-between gap-x-4">
          <dt className="text-note">{fact.term}</dt>
          <dd className="figures ms-auto max-w-full text-end">{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}
