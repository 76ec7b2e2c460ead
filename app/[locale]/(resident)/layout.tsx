import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { Runtime, type RuntimeWords } from '#app/_client/runtime.tsx'
import { HeaderBar } from '#app/_ui/header-bar.tsx'
import { Icon } from '#app/_ui/icon.tsx'
import { TabBar, type Tab } from '#app/_ui/tab-bar.tsx'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { isLocale, type Locale } from '#server/kernel/format.ts'

type Props = { children: ReactNode; params: Promise<{ locale: string }> }

/** Shows and hides only; whether a person may see a thing is decided where the thing is read. */
export default async function ResidentLayout({ children, params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const t = texts(locale)
  return (
    <>
      <HeaderBar
        signedIn
        locale={locale}
        brand={{ name: t('common.brand'), href: `/${locale}/home` }}
        words={{ skip: t('common.shell.skip'), language: t('common.shell.language') }}
        end={
          <a href={`/${locale}/profile`} aria-label={t('common.shell.profile')} className="flex size-12 items-center justify-center">
            <Icon name="person" />
          </a>
        }
      />
      <Runtime
        locale={locale}
        words={{ outbox: section(locale, 'common.outbox'), runtime: section(locale, 'common.runtime') } as RuntimeWords}
      />
      <main id="main" tabIndex={-1} className="shell-width above-tabs px-edge pt-4 outline-none">
        {children}
      </main>
      <TabBar label={t('common.shell.tabs')} tabs={residentTabs(locale, t)} />
    </>
  )
}

function residentTabs(locale: Locale, t: Texts): Tab[] {
  const at = (...names: string[]) => names.map((name) => `/${locale}/${name}`)
  return [
    { href: `/${locale}/home`, word: t('common.tabs.home'), icon: 'home', also: at('inbox') },
    { href: `/${locale}/payments`, word: t('common.tabs.payments'), icon: 'wallet', also: at('bills', 'pay', 'fund') },
    { href: `/${locale}/meters`, word: t('common.tabs.meters'), icon: 'gauge' },
    { href: `/${locale}/house`, word: t('common.tabs.house'), icon: 'building', also: at('meetings', 'documents', 'works') },
    { href: `/${locale}/requests`, word: t('common.tabs.requests'), icon: 'chat' },
  ]
}
