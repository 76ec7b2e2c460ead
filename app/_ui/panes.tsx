import type { ReactNode } from 'react'

export type PanesProps = { left: ReactNode; middle: ReactNode; right?: ReactNode; labels: { left: string; middle: string; right?: string } }

/** The staff desk: the queue, the person, and what I am doing; one under another on a narrow window. */
export function Panes({ left, middle, right, labels }: PanesProps) {
  return (
    <div className="grid gap-4 lg:grid-cols-[18rem_minmax(0,1fr)] xl:grid-cols-[20rem_minmax(0,1fr)_24rem]">
      <section aria-label={labels.left} className="min-w-0">{left}</section>
      <section aria-label={labels.middle} className="min-w-0">{middle}</section>
      {right && <section aria-label={labels.right} className="min-w-0 lg:col-span-2 xl:col-span-1">{right}</section>}
    </div>
  )
}
