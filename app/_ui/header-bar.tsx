import type { ReactNode } from 'react'
import type { Locale } from '#server/kernel/format.ts'
import { BrandMark } from './brand-mark.tsx'
import { LanguageSwitch } from './language-switch.tsx'

export type HeaderBarProps = {
  locale: Locale
  brand: { name: string; href: string }
  words: { skip: string; language: string }
  /** The switch of home, or the name of the section. */
  middle?: ReactNode
  /** Before the language switch: search, profile, sign out. */
  end?: ReactNode
  /** A row of its own under the rest: the sections of a desk. */
  below?: ReactNode
  wide?: boolean
  /** The language of a person who is known here is that of their messages too. */
  signedIn?: boolean
}

/** First on every screen: skip link, the mark, the switch of home, the language. */
export function HeaderBar({ locale, brand, words, middle, end, below, wide = false, signedIn = false }: HeaderBarProps) {
  return (
    <header className="no-print border-b border-line bg-surface">
      <a href="#main" className="skip-link rounded-field bg-act px-4 py-2 text-act-ink">
        {words.skip}
      </a>
      <div className={`flex flex-wrap items-center gap-x-2 px-edge ${wide ? 'min-h-12' : 'min-h-14 shell-width'}`}>
        <a href={brand.href} className="flex min-h-12 shrink-0 items-center gap-2 font-semibold text-ink no-underline">
          <span className="text-act">
            <BrandMark />
          </span>
          {brand.name}
        </a>
        <div className="min-w-0 flex-1">{middle}</div>
        {end}
        <LanguageSwitch locale={locale} label={words.language} signedIn={signedIn} />
      </div>
      {below && <div className="border-t border-line px-edge">{below}</div>}
    </header>
  )
}
