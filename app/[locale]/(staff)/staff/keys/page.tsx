import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { OwnKeys, type KeysWords } from '#app/_parts/identity/own-keys.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('identity.keys.title') } : {}
}

/** For the day the telephone with the one-time keys is lost. */
export default async function KeysPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/keys`)
  const { codesLeft, mayChange } = await api.identity.keys()
  const t = texts(locale)
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <PageTitle note={me.name}>{t('identity.keys.title')}</PageTitle>
      {!mayChange && <Notice>{t('errors.identity.keysNeedFreshSignIn')}</Notice>}
      <OwnKeys mayChange={mayChange} left={t('identity.keys.left', { left: codesLeft })} words={section(locale, 'identity.keys') as KeysWords} />
    </div>
  )
}
