import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { LinkForm, type LinkWords } from './link-form.tsx'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('identity.linkHome.title') } : {}
}

/** Links a flat by the code of the paper bill, or by account number and last payment. */
export default async function LinkHomePage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const me = await (await caller(locale)).identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/profile/link-home`)
  const t = texts(locale)
  return (
    <>
      <PageTitle back={{ href: `/${locale}/profile`, word: t('identity.linkHome.back') }}>{t('identity.linkHome.title')}</PageTitle>
      <LinkForm home={`/${locale}/home`} name={me.name} words={section(locale, 'identity.linkHome') as LinkWords} />
    </>
  )
}
