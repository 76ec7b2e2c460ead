import type { ReactNode } from 'react'

export type ProgressProps = {
  label: ReactNode
  /** From 0 to 1; only drawn, never computed with. */
  share: number
  /** The finding in words: '1 200 000 of 3 400 000 ₸ gathered'. */
  text: string
  /** Where the bar should have reached by now, from 0 to 1. */
  mark?: number
}

export function Progress({ label, share, text, mark }: ProgressProps) {
  const filled = Math.min(1, Math.max(0, share)) * 100
  return (
    <div className="flex flex-col gap-1.5">
      <p className="text-small text-note">{label}</p>
      <svg role="img" aria-label={text} viewBox="0 0 100 4" preserveAspectRatio="none" className="block h-3 w-full overflow-hidden rounded-pill border border-note">
        <rect width="100" height="4" className="fill-surface" />
        <rect width={filled} height="4" className="fill-act" />
        {mark !== undefined && <rect x={Math.min(99.2, mark * 100)} width="0.8" height="4" className="fill-ink" />}
      </svg>
      <p aria-hidden="true" className="figures text-small">
        {text}
      </p>
    </div>
  )
}
