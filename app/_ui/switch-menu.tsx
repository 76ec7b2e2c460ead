import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

export type SwitchMenuProps = {
  /** Read before the current name: 'Switch of home'. */
  label: string
  current: ReactNode
  choices: readonly { href: string; title: ReactNode; note?: ReactNode; current?: boolean }[]
}

/** The name of where one is, which opens to the other places: homes, houses, roles. */
export function SwitchMenu({ label, current, choices }: SwitchMenuProps) {
  if (choices.length < 2) return <p className="font-medium">{current}</p>
  return (
    <details className="relative" data-menu>
      <summary className="flex min-h-12 items-center gap-1 font-medium">
        <span className="sr-only">{label}: </span>
        <span className="truncate">{current}</span>
        <Icon name="down" size={16} />
      </summary>
      <ul className="absolute start-0 z-30 w-max max-w-[80vw] overflow-hidden rounded-card border border-line bg-surface">
        {choices.map((choice) => (
          <li key={choice.href}>
            <a
              href={choice.href}
              aria-current={choice.current ? 'true' : undefined}
              className="flex min-h-12 flex-col justify-center px-4 py-2 text-ink no-underline aria-[current]:bg-act-soft"
            >
              {choice.title}
              {choice.note && <span className="text-small text-note">{choice.note}</span>}
            </a>
          </li>
        ))}
      </ul>
    </details>
  )
}
