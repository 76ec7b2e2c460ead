'use client'

import { usePathname } from 'next/navigation'

export type Place = { href: string; word: string }

/** A row of sections for wide screens; the longest matching address is the current one. */
export function SectionBar({ label, places }: { label: string; places: readonly Place[] }) {
  const path = usePathname() ?? ''
  const current = places
    .filter((place) => path === place.href || path.startsWith(`${place.href}/`))
    .sort((a, b) => b.href.length - a.href.length)[0]
  return (
    <nav aria-label={label} className="overflow-x-auto">
      <ul className="flex gap-1">
        {places.map((place) => (
          <li key={place.href}>
            <a
              href={place.href}
              aria-current={place === current ? 'page' : undefined}
              className="inline-flex min-h-12 items-center border-b-3 border-transparent px-3 text-small whitespace-nowrap text-ink no-underline aria-[current]:border-act aria-[current]:font-semibold aria-[current]:text-act"
            >
              {place.word}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
