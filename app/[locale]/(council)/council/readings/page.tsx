import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Pager } from '#app/_ui/pager.tsx'
import { Progress } from '#app/_ui/progress.tsx'
import { section, texts } from '#server/infra/texts.ts'
import { formatPeriod, isLocale, monthName } from '#server/kernel/format.ts'
import { isPeriod, nextPeriod, periodOf, previousPeriod } from '#server/kernel/period.ts'
import { councilSeat } from '../seats.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ house?: string; period?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('council.readings.title') } : {}
}

/** Unit numbers without readings: no names and no figures. */
export default async function CouncilReadingsPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const { house, period: asked = '' } = await searchParams
  const { api, me, seat } = await councilSeat(locale, house, 'council/readings')
  const t = texts(locale)
  if (!seat) return <Notice>{t('council.notCouncil')}</Notice>
  const latest = periodOf(me.today)
  const period = isPeriod(asked) && asked <= latest ? asked : latest
  const { total, without } = await api.meters.flatsWithoutReadings({ buildingId: seat.buildingId, period })
  const at = (month: string) => `/${locale}/council/readings?house=${seat.buildingId}&period=${month}`
  const words = { ...(section(locale, 'common.pager') as { label: string; previous: string; next: string }), previous: t('council.readings.previous'), next: t('council.readings.next') }
  return (
    <div className="flex flex-col gap-5">
      <PageTitle note={t('council.readings.privacy')} back={{ href: `/${locale}/council?house=${seat.buildingId}`, word: t('council.back') }}>
        {t('council.readings.title')}
      </PageTitle>
      {total === 0 && <EmptyState icon="gauge" title={t('council.readings.noMeters')} />}
      {total > 0 && (
        <Progress
          label={t('council.readings.label', { month: monthName(period, locale) })}
          share={(total - without.length) / total}
          text={t('council.readings.finding', { given: total - without.length, total })}
        />
      )}
      {total > 0 && without.length === 0 && <EmptyState title={t('council.readings.none')} />}
      {without.length > 0 && (
        <ul aria-label={t('council.readings.list')} className="grid grid-cols-5 gap-2 sm:grid-cols-8">
          {without.map((number) => (
            <li key={number} className="figures rounded-field border border-line bg-surface py-2 text-center">
              {number}
            </li>
          ))}
        </ul>
      )}
      <Pager words={words} position={formatPeriod(period, locale)} previousHref={at(previousPeriod(period))} {...(period < latest ? { nextHref: at(nextPeriod(period)) } : {})} />
    </div>
  )
}
