import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { readPaymeTicket } from '#server/payments/rules.ts'
import { providers } from '#server/payments/schema.ts'
import { PlayProvider, type PlayWords } from './play-provider.tsx'

type Props = { params: Promise<{ locale: string; provider: string }>; searchParams: Promise<{ ticket?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale, provider } = await params
  return isLocale(locale) ? { title: texts(locale)('payments.demo.title', { provider }) } : {}
}

/** Plays the provider by its own public address; only in the demonstration. */
export default async function DemoProviderPage({ params, searchParams }: Props) {
  const [{ locale, provider }, { ticket = '' }] = await Promise.all([params, searchParams])
  const known = providers.find(each => each === provider)
  if (!isLocale(locale) || !known) notFound()
  const demo = await (await caller(locale)).payments.demoProvider().catch(() => null)
  if (!demo) notFound()
  const wanted = readPaymeTicket(ticket)
  const t = texts(locale)
  return (
    <div className="flex flex-col gap-5">
      <PageTitle>{t('payments.demo.title', { provider: t(`payments.providers.${known}`) })}</PageTitle>
      <Notice tone="care">{t('payments.demo.warning')}</Notice>
      <PlayProvider provider={known} keys={demo} locale={locale} number={wanted?.number ?? ''} amount={wanted?.amount ?? 0n} returnTo={wanted?.returnTo ?? `/${locale}/payments`}
        words={{ ...section(locale, 'payments.demo'), name: t(`payments.providers.${known}`) } as unknown as PlayWords} />
    </div>
  )
}
