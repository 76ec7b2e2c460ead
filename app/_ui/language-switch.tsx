'use client'

import { usePathname } from 'next/navigation'
import { useEffect, type MouseEvent } from 'react'
import { isLocale, type Locale } from '#server/kernel/format.ts'
import { Icon } from './icon.tsx'
import { languages, swapLocale } from './locale.ts'

const year = 365 * 24 * 60 * 60

/** Changes the language and stays on the same screen; the choice is remembered for a year. */
export function LanguageSwitch({ locale, label, signedIn = false }: { locale: Locale; label: string; signedIn?: boolean }) {
  const path = usePathname() ?? `/${locale}`
  const current = languages.find((language) => language.locale === locale)
  useEffect(() => listen(signedIn), [signedIn])
  return (
    <details className="relative ms-auto" data-menu>
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
  // The filters and the place on the page live in the address, so they travel too.
  event.currentTarget.href = swapLocale(window.location.pathname, locale) + window.location.search + window.location.hash
}

/** What holds for every page under this bar: a language is remembered wherever it is chosen, and an open menu can be left. */
function listen(signedIn: boolean): () => void {
  const events = { click: (event: Event) => remember(event, signedIn), pointerdown: leaveMenus, keydown: leaveMenus }
  for (const [type, listener] of Object.entries(events)) document.addEventListener(type, listener)
  return () => {
    for (const [type, listener] of Object.entries(events)) document.removeEventListener(type, listener)
  }
}

/** A link into another language is the choice of it: here, on the first page, in the profile. */
function remember({ target }: Event, signedIn: boolean) {
  const link = target instanceof Element ? target.closest('a') : null
  const chosen = link?.origin === window.location.origin ? (link.pathname.split('/')[1] ?? '') : ''
  if (!isLocale(chosen) || chosen === document.documentElement.lang) return
  const secure = window.location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = `uyim-locale=${chosen}; Path=/; Max-Age=${year}; SameSite=Lax${secure}`
  // Messages come in it too; the page goes on without waiting for the answer.
  if (signedIn) void fetch('/api/trpc/identity.setLocale', { method: 'POST', keepalive: true, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ json: { locale: chosen } }) }).catch(() => null)
}

/** Escape closes the open menu and gives the focus back to its name; a press beside it closes it too. */
function leaveMenus(event: Event) {
  const escape = 'key' in event && event.key === 'Escape'
  if (event.type === 'keydown' && !escape) return
  for (const menu of document.querySelectorAll<HTMLDetailsElement>('details[data-menu][open]')) {
    const inside = event.target instanceof Node && menu.contains(event.target)
    if (!escape && inside) continue
    menu.open = false
    if (escape && inside) menu.querySelector('summary')?.focus()
  }
}
