import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

export type SheetProps = {
  summary: ReactNode
  /** Stands at the end of the closed line: the sum that opens to how. */
  value?: ReactNode
  children: ReactNode
  open?: boolean
  /** Sheets of one name close each other. */
  group?: string
  /** Without its own border, for use inside a card. */
  flat?: boolean
  id?: string
}

/** Everything that is one tap behind; works without any script. */
export function Sheet({ summary, value, children, open, group, flat, id }: SheetProps) {
  const frame = flat ? '' : 'rounded-card border border-line bg-surface'
  return (
    <details id={id} name={group} open={open} className={frame}>
      <summary className={`flex min-h-12 items-center gap-3 py-2.5 ${flat ? '' : 'rounded-card px-edge'}`}>
        {/* A value that leaves the words no room stands under them, not beside. */}
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3">
          <span className={`min-w-0 flex-1 ${value === undefined ? '' : 'basis-36'}`}>{summary}</span>
          {value !== undefined && <span className="figures ms-auto max-w-full text-end">{value}</span>}
        </span>
        <span className="turns text-act">
          <Icon name="forward" size={20} />
        </span>
      </summary>
      <div className={`flex flex-col gap-3 ${flat ? 'pb-3' : 'border-t border-line px-edge py-3'}`}>{children}</div>
    </details>
  )
}
