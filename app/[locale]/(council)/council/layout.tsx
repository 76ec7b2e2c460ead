import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { Runtime, type RuntimeWords } from '#app/_client/runtime.tsx'
import { HeaderBar } from '#app/_ui/header-bar.tsx'
import { Icon } from '#app/_ui/icon.tsx'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { children: ReactNode; params: Promise<{ locale: string }> }

/** The chairwoman's phone: the house as a whole, with the way back to her own flat. */
export default async function CouncilLayout({ children, params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const t = texts(locale)
  return (
    <>
      <HeaderBar
        locale={locale}
        brand={{ name: t('common.council.name'), href: `/${locale}/council` }}
        words={{ skip: t('common.shell.skip'), language: t('common.shell.language') }}
        end={
          <a href={`/${locale}/home`} aria-label={t('common.council.toResident')} className="flex size-12 items-center justify-center">
            <Icon name="home" />
          </a>
        }
      />
      <Runtime
        locale={locale}
        words={{ outbox: section(locale, 'common.outbox'), runtime: section(locale, 'common.runtime') } as RuntimeWords}
      />
      <main id="main" tabIndex={-1} className="shell-width above-tabs px-4 pt-4 outline-none">
        {children}
      </main>
    </>
  )
}
