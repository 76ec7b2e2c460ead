import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Pager, pageOf } from '#app/_ui/pager.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { KeptOrders } from './kept-orders.tsx'
import { Worklist } from './worklist.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ page?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('statements.worklist.title') } : {}
}

/** Lines that only a person can place, the oldest money first; the keyboard is enough. */
export default async function WorklistPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/statements/worklist`)
  const t = texts(locale)
  const page = pageOf((await searchParams).page)
  const found = await api.statements.worklist({ page })
  const kept = await api.statements.keptOrders()
  const words = { ...section(locale, 'statements.worklist'), problems: section(locale, 'statements.problems'), steps: section(locale, 'statements.next'), providers: section(locale, 'statements.providers') }
  const here = `/${locale}/staff/statements/worklist`
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/statements`, word: t('statements.file.back') }} note={t('statements.worklist.note')}>{t('statements.worklist.title')}</PageTitle>
      {kept.length > 0 && <KeptOrders locale={locale} orders={kept} words={section(locale, 'statements.orders') as never} />}
      <Worklist locale={locale} lines={found.rows} all={found.all} words={words as never} />
      {(page > 1 || found.more) && (
        <Pager words={section(locale, 'common.pager') as never} position={String(page)} {...(page > 1 ? { previousHref: `${here}?page=${page - 1}` } : {})} {...(found.more ? { nextHref: `${here}?page=${page + 1}` } : {})} />
      )}
    </div>
  )
}
