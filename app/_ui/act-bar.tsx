import type { ReactNode } from 'react'

/** Holds the one main button of a screen near the thumb; a short note may stand above it. */
export function ActBar({ children, note }: { children: ReactNode; note?: ReactNode }) {
  return (
    <div className="at-foot sticky z-10 -mx-edge mt-6 border-t border-line bg-ground px-edge py-3 lg:static lg:mx-0 lg:border-0 lg:px-0">
      {note && <p className="mb-2 text-small text-note">{note}</p>}
      <div className="flex flex-col gap-2">{children}</div>
    </div>
  )
}
