'use client'

import { usePathname } from 'next/navigation'
import type { MouseEvent } from 'react'
import type { Locale } from '#server/kernel/format.ts'
import { Icon } from './icon.tsx'
import { languages, swapLocale } from './locale.ts'

const year = 365 * 24 * 60 * 60

/** Changes the language and stays on the same screen; the choice is remembered for a year. */
export function LanguageSwitch({ locale, label }: { locale: Locale; label: string }) {
  const path = usePathname() ?? `/${locale}`
  const current = languages.find((language) => language.locale === locale)
  return (
    <details className="relative" data-menu>
      <summary aria-label={`${label}: ${current?.name ?? ''}`} className="flex min-h-12 items-center gap-1 rounded-field px-2 text-act">
        <Icon name="globe" size={20} />
        <span className="text-small">{current?.short}</span>
      </summary>
      <ul className="absolute end-0 z-30 min-w-44 overflow-hidden rounded-card border border-line bg-surface">
        {languages.map((language) => (
          <li key={language.locale}>
            <a
              href={swapLocale(path, language.locale)}
              hrefLang={language.locale}
              lang={language.locale}
              aria-current={language.locale === locale ? 'true' : undefined}
              onClick={(event) => choose(event, language.locale)}
              className="flex min-h-12 items-center justify-between gap-3 px-4 text-ink no-underline aria-[current]:bg-act-soft aria-[current]:font-semibold"
            >
              {language.name}
              {language.locale === locale && <Icon name="check" size={20} />}
            </a>
          </li>
        ))}
      </ul>
    </details>
  )
}

function choose(event: MouseEvent<HTMLAnchorElement>, locale: Locale) {
  const secure = window.location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = `uyim-locale=${locale}; Path=/; Max-Age=${year}; SameSite=Lax${secure}`
  // The filters and the place on the page live in the address, so they travel too.
  event.currentTarget.href = swapLocale(window.location.pathname, locale) + window.location.search + window.location.hash
}
