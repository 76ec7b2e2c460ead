import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { Runtime, type RuntimeWords } from '#app/_client/runtime.tsx'
import { ActingBar } from '#app/_parts/identity/acting-bar.tsx'
import { whoActs } from '#app/_parts/identity/who-acts.ts'
import { HeaderBar } from '#app/_ui/header-bar.tsx'
import { Icon } from '#app/_ui/icon.tsx'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale, type Locale } from '#server/kernel/format.ts'

type Props = { children: ReactNode; params: Promise<{ locale: string }> }

/** The chairwoman's phone: the house as a whole, with the way back to her own flat. */
export default async function CouncilLayout({ children, params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const t = texts(locale)
  const me = await whoActs(locale)
  return (
    <>
      <HeaderBar
        signedIn
        locale={locale}
        brand={{ name: t('common.council.name'), href: `/${locale}/council` }}
        words={{ skip: t('common.shell.skip'), language: t('common.shell.language') }}
        end={
          <WayHome locale={locale} word={t('common.council.toResident')} asOneRole={typeof me?.actingGrantId === 'string'} />
        }
      />
      <ActingBar locale={locale} next={`/${locale}/council`} />
      <Runtime
        locale={locale}
        words={{ outbox: section(locale, 'common.outbox'), runtime: section(locale, 'common.runtime') } as RuntimeWords}
      />
      <main id="main" tabIndex={-1} className="shell-width above-tabs px-edge pt-4 outline-none">
        {children}
      </main>
    </>
  )
}

/** Who acts as the chair alone would find their own flat empty: the way home gives all rights back. */
function WayHome({ locale, word, asOneRole }: { locale: Locale; word: string; asOneRole: boolean }) {
  const look = 'flex size-12 items-center justify-center'
  if (!asOneRole) return <a href={`/${locale}/home`} aria-label={word} className={look}><Icon name="home" /></a>
  return (
    <form method="post" action="/api/auth/form/acting">
      <input type="hidden" name="locale" value={locale} />
      <input type="hidden" name="next" value={`/${locale}/home`} />
      <button type="submit" aria-label={word} className={`${look} text-act`}><Icon name="home" /></button>
    </form>
  )
}
