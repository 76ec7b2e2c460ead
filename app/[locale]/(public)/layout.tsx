import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { HeaderBar } from '#app/_ui/header-bar.tsx'
import { TileBand } from '#app/_ui/tile-band.tsx'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { children: ReactNode; params: Promise<{ locale: string }> }

/** Before sign-in: the mark, the language and the ornament; no worker, no store, nothing to remember. */
export default async function PublicLayout({ children, params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const t = texts(locale)
  return (
    <>
      <HeaderBar
        locale={locale}
        brand={{ name: t('common.brand'), href: `/${locale}` }}
        words={{ skip: t('common.shell.skip'), language: t('common.shell.language') }}
      />
      <TileBand variant={locale === 'uz' ? 'UZ' : 'KZ'} />
      <main id="main" tabIndex={-1} className="shell-width px-4 pt-6 pb-12 outline-none">
        {children}
      </main>
    </>
  )
}
