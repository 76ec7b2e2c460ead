import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { ShutNumbers } from '#app/_parts/identity/numbers/shut-numbers.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('identity.numbers.title') } : {}
}

/** Neighbours whose number is shut after wrong codes come to the council with their paper. */
export default async function CouncilNumbersPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/council/numbers`)
  const t = texts(locale)
  const member = me.roles.some((role) => role.role === 'CHAIR' || role.role === 'COUNCIL_MEMBER')
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={t('identity.numbers.note')} back={{ href: `/${locale}/council`, word: t('identity.claims.back') }}>
        {t('identity.numbers.title')}
      </PageTitle>
      {member ? <ShutNumbers locale={locale} numbers={await api.identity.shutNumbers()} /> : <Notice tone="info">{t('identity.claims.notCouncil')}</Notice>}
    </div>
  )
}
