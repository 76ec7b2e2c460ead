import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { OpenList } from '#app/_parts/requests/open-list.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { councilSeat } from '../seats.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ house?: string; only?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('council.requests.title') } : {}
}

const filters = ['all', 'overdue', 'emergency'] as const

/** Open complaints of the house by deadline; what was written stays with the flat and the service. */
export default async function CouncilRequestsPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const { house, only: wanted } = await searchParams
  const { api, me, seat } = await councilSeat(locale, house, 'council/requests')
  const t = texts(locale)
  if (!seat) return <Notice>{t('council.notCouncil')}</Notice>
  const only = filters.find((filter) => filter === wanted) ?? 'all'
  const open = await api.requests.listOfHouse({ buildingId: seat.buildingId })
  const shown = open
    .filter((request) => only === 'all' || (only === 'emergency' ? request.emergency : (request.extendedTo ?? request.dueOn) < me.today))
    .toSorted((a, b) => Number(b.emergency) - Number(a.emergency) || (a.extendedTo ?? a.dueOn).localeCompare(b.extendedTo ?? b.dueOn))
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={seat.house} back={{ href: `/${locale}/council?house=${seat.buildingId}`, word: t('council.back') }}>
        {t('council.requests.title')}
      </PageTitle>
      <nav aria-label={t('council.requests.filters.label')} className="flex flex-wrap gap-2">
        {filters.map((filter) => (
          <a
            key={filter}
            href={`/${locale}/council/requests?house=${seat.buildingId}&only=${filter}`}
            aria-current={filter === only ? 'true' : undefined}
            className="inline-flex min-h-12 items-center rounded-pill border border-note px-4 no-underline aria-[current]:border-act aria-[current]:bg-act-soft aria-[current]:font-semibold"
          >
            {t(`council.requests.filters.${filter}`)}
          </a>
        ))}
      </nav>
      {shown.length === 0 ? <EmptyState title={t('council.requests.none')} /> : <OpenList requests={shown} locale={locale} today={me.today} label={t('council.requests.title')} />}
    </div>
  )
}
