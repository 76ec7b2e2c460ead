import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { OpenForm, type OpenWords } from './open-form.tsx'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('repairs.open.title') } : {}
}

/** A repair of a house begins here; its estimate, decision and works follow on its own screen. */
export default async function OpenProgrammePage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/repairs/new`)
  const houses = await api.repairs.keptHouses()
  const t = texts(locale)
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/repairs`, word: t('repairs.desk.title') }} note={t('repairs.open.note')}>{t('repairs.open.title')}</PageTitle>
      {houses.length === 0 ? <Notice tone="care">{t('errors.repairs.mayNotKeep')}</Notice>
        : <OpenForm locale={locale} houses={houses} year={me.today.slice(0, 4)} words={section(locale, 'repairs.open') as OpenWords} kinds={section(locale, 'repairs.kinds') as Record<string, string>} />}
    </div>
  )
}
