import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import '#app/globals.css'
import { Awake } from '#app/_client/awake.tsx'
import { earlyScript } from '#app/_client/early-hands.ts'
import { OwnWords } from '#app/_client/own-words.tsx'
import { InlineScript } from '#app/_ui/inline-script.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { themeColours } from '#app/_ui/theme-colours.ts'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { requestLocale } from './request-locale.ts'

// Every page carries a nonce of its own, so none is drawn before it is asked for.
export const dynamic = 'force-dynamic'

type Props = { children: ReactNode; params: Promise<{ locale: string }> }

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: themeColours.light },
    { media: '(prefers-color-scheme: dark)', color: themeColours.dark },
  ],
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  const t = texts(isLocale(locale) ? locale : await requestLocale())
  return {
    title: { default: t('common.brand'), template: `%s · ${t('common.brand')}` },
    description: t('common.shell.description'),
    applicationName: t('common.brand'),
    formatDetection: { telephone: false, date: false, address: false, email: false },
    appleWebApp: { capable: true, title: t('common.brand') },
    icons: {
      icon: [{ url: '/icons/icon.svg', type: 'image/svg+xml' }],
      apple: [{ url: '/icons/apple-180.png', sizes: '180x180' }],
    },
  }
}

export default async function LocaleLayout({ children, params }: Props) {
  const { locale: asked } = await params
  // '/xx/…' still gets a page in a language: the screens under this layout answer that it was not found.
  const locale = isLocale(asked) ? asked : await requestLocale()
  const t = texts(locale)
  return (
    <html lang={locale}>
      <body data-crash-title={t('crash.title')} data-crash-body={t('crash.body')} data-crash-retry={t('crash.retry')} data-field={JSON.stringify(section(locale, 'common.field'))} data-no-network={t('errors.common.noNetwork')} data-waking={t('common.shell.held')}>
        <InlineScript text={earlyScript} />
        {children}
        <div role="alert" className="not-whole">
          <p>{t('common.shell.notWhole')}</p>
          <LinkButton kind="main" href="">{t('common.shell.openAgain')}</LinkButton>
        </div>
        <OwnWords />
        <Awake />
      </body>
    </html>
  )
}
