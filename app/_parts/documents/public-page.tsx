import type { ReactNode } from 'react'
import { BrandMark } from '#app/_ui/brand-mark.tsx'
import { languages } from '#app/_ui/locale.ts'
import { TileBand } from '#app/_ui/tile-band.tsx'
import type { Locale } from '#server/kernel/format.ts'

export type PublicPageProps = { locale: Locale; title: string; brand: string; country: 'UZ' | 'KZ' | null; languageWord: string; children: ReactNode }

/** The frame of a page for everybody: no script at all, one style sheet, the band of tiles. */
export function PublicPage({ locale, title, brand, country, languageWord, children }: PublicPageProps) {
  return (
    <html lang={locale}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · ${brand}`}</title>
        <link rel="stylesheet" href="/offline/shell.css" />
        <link rel="icon" href="/icons/icon.svg" />
      </head>
      <body>
        <header className="border-b border-line bg-surface">
          <div className="shell-width flex min-h-14 flex-wrap items-center gap-2 px-4 font-semibold">
            <span className="text-act"><BrandMark /></span>
            <span className="flex-1">{brand}</span>
            <nav aria-label={languageWord} className="flex gap-1 text-small font-medium">
              {languages.map(each => (
                <a key={each.locale} href={`?lang=${each.locale}`} lang={each.locale} hrefLang={each.locale} aria-label={each.name} aria-current={each.locale === locale ? 'true' : undefined}
                  className="flex min-h-12 min-w-12 items-center justify-center aria-[current]:text-ink aria-[current]:no-underline">
                  {each.short}
                </a>
              ))}
            </nav>
          </div>
          {country && <TileBand variant={country} />}
        </header>
        <main id="main" className="shell-width flex flex-col gap-4 px-4 py-4">{children}</main>
      </body>
    </html>
  )
}

/** Pairs of a word and its value, one under another. */
export function PublicFacts({ facts }: { facts: readonly { term: string; value: ReactNode }[] }) {
  return (
    <dl className="rounded-card border border-line bg-surface p-4 flex flex-col gap-3">
      {facts.map(fact => (
        <div key={fact.term}>
          <dt className="text-small text-note">{fact.term}</dt>
          <dd className="figures">{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}
