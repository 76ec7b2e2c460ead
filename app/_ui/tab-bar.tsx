'use client'

import { usePathname } from 'next/navigation'
import { Icon, type IconName } from './icon.tsx'

export type Tab = {
  href: string
  word: string
  icon: IconName
  /** Other beginnings of the address that belong to this tab, such as '/kk/bills'. */
  also?: readonly string[]
}

/**
 * The bar of five words under the thumb; on a wide screen it is a row under the header. Its words grow with the text of the
 * phone as far as five of them fit the width, so that the bar is never higher than `--tabs` of globals.css allows for.
 */
export function TabBar({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  const path = usePathname() ?? ''
  return (
    <nav aria-label={label} data-tabs className="no-print safe-bottom fixed inset-x-0 bottom-0 z-20 border-t border-line bg-surface">
      <ul className="shell-width flex justify-between">
        {tabs.map((tab) => (
          <li key={tab.href} className="min-w-0 flex-auto">
            <a
              href={tab.href}
              aria-current={holds(tab, path) ? 'page' : undefined}
              className="flex min-h-16 flex-col items-center justify-center gap-0.5 border-t-3 border-transparent px-0.5 text-note no-underline aria-[current]:border-act aria-[current]:font-semibold aria-[current]:text-act"
            >
              <Icon name={tab.icon} />
              <span className="text-center text-[min(0.6875rem,5vw)] leading-[1.25] tracking-tight [overflow-wrap:anywhere] sm:text-small sm:tracking-normal">{tab.word}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function holds(tab: Tab, path: string): boolean {
  return [tab.href, ...(tab.also ?? [])].some((start) => path === start || path.startsWith(`${start}/`))
}
