import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { KeepOffline } from '#app/_client/keep-offline.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { RequestForm } from './request-form.tsx'
import type { RequestFormWords } from './use-request-form.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('requests.form.title') } : {}
}

/** Photo first or words first; the rest is suggested. Under a minute. */
export default async function NewRequestPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  if (!(await api.identity.me())) redirect(`/${locale}/sign-in?next=/${locale}/requests/new`)
  const t = texts(locale)
  const [homes, categories] = [await api.requests.askingPlaces(), await api.requests.categories()]
  const words = {
    form: section(locale, 'requests.form'), categories: section(locale, 'requests.categories'), places: section(locale, 'requests.places'), states: section(locale, 'requests.states'),
    photo: section(locale, 'common.photo'), noNetwork: t('errors.common.noNetwork'),
  } as unknown as RequestFormWords
  return (
    <>
      <PageTitle back={{ href: `/${locale}/requests`, word: t('requests.form.back') }}>{t('requests.form.title')}</PageTitle>
      {homes.length > 0 && <KeepOffline name="request-places" value={{ homes, categories }} />}
      {homes.length === 0
        ? <EmptyState icon="home" title={t('requests.form.noHome')} actions={<LinkButton kind="main" href={`/${locale}/profile/link-home`}>{t('house.link')}</LinkButton>} />
        : <RequestForm homes={homes} categories={categories} words={words} locale={locale} />}
    </>
  )
}
