'use client'

import { usePathname } from 'next/navigation'
import { Icon } from './icon.tsx'

/** Places of one group stand together, in the order in which they are given. */
export type Place = { href: string; word: string; group?: string; /** Addresses that belong to it without standing under it. */ also?: readonly string[] }

/**
 * The sections of a wide screen, all in sight: a line between groups, another row where they do not fit. On a phone they are one
 * list that opens under the name of where one is. The longest matching address is the current one; the one above all others only itself.
 */
export function SectionBar({ label, places }: { label: string; places: readonly Place[] }) {
  const path = usePathname() ?? ''
  const current = places
    .filter((place) => [place.href, ...(place.also ?? [])].some((href) => path === href || (path.startsWith(`${href}/`) && !places.some((each) => each.href.startsWith(`${href}/`)))))
    .sort((a, b) => b.href.length - a.href.length)[0]
  const groups = [...new Set(places.map((place) => place.group))].map((group) => places.filter((place) => place.group === group))
  return (
    <nav aria-label={label}>
      <ul className="-ms-2 flex flex-wrap max-md:hidden">
        {groups.map((group, index) => (
          <li key={group[0]?.href} className={`max-w-none ${index < groups.length - 1 ? 'me-2 border-e border-line pe-2' : ''}`}>
            <ul className="flex flex-wrap">
              {group.map((place) => (
                <li key={place.href}>
                  <a
                    href={place.href}
                    aria-current={place === current ? 'page' : undefined}
                    className="inline-flex min-h-10 items-center border-b-3 border-transparent px-2 pt-1 text-small whitespace-nowrap text-ink no-underline aria-[current]:border-act aria-[current]:font-semibold aria-[current]:text-act"
                  >
                    {place.word}
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <details className="relative md:hidden" data-menu>
        <summary className="flex min-h-12 items-center gap-1 font-medium">
          <span className="sr-only">{label}: </span>
          <span className="truncate">{current?.word ?? label}</span>
          <Icon name="down" size={16} />
        </summary>
        <ul className="absolute start-0 z-30 w-max max-w-[90vw] overflow-hidden rounded-card border border-line bg-surface">
          {groups.flat().map((place) => (
            <li key={place.href}>
              <a href={place.href} aria-current={place === current ? 'page' : undefined} className="flex min-h-12 items-center px-4 text-ink no-underline aria-[current]:bg-act-soft aria-[current]:font-semibold">
                {place.word}
              </a>
            </li>
          ))}
        </ul>
      </details>
    </nav>
  )
}
