import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { SwitchMenu } from '#app/_ui/switch-menu.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatLongDate, isLocale } from '#server/kernel/format.ts'
import { periodOf, previousPeriod, type LocalDate, type Period } from '#server/kernel/period.ts'
import { DoNow } from './do-now.tsx'
import { HouseFigures, MoneyFigures, VoteFigure } from './figures.tsx'
import { councilSeat } from './seats.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ house?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('council.title') } : {}
}

/** In the first half of a month the readings of the last one are the question. */
function readingsMonth(today: LocalDate): Period {
  return Number(today.slice(8, 10)) < 15 ? previousPeriod(periodOf(today)) : periodOf(today)
}

/** The house on the bus: what to do now, its money, readings, vote and complaints; no debtor has a name here. */
export default async function CouncilPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const { api, me, seats, seat } = await councilSeat(locale, (await searchParams).house, 'council')
  const t = texts(locale)
  if (!seat) return <><PageTitle>{t('council.title')}</PageTitle><Notice>{t('council.notCouncil')}</Notice></>
  const { buildingId } = seat
  const period = readingsMonth(me.today)
  const [money, readings, convened, counts, owners] = await Promise.all([
    api.ledger.houseMoney({ buildingId }), api.meters.flatsWithoutReadings({ buildingId, period }), api.meetings.listConvened(),
    api.requests.countsOfHouse({ buildingId }), api.identity.claims({ buildingId }),
  ])
  const meetings = convened.find((house) => house.buildingId === buildingId)?.meetings ?? []
  const claims = owners.claims.filter((claim) => !claim.mine && !claim.confirmations.some((each) => each.byMe)).length
  const here = `house=${buildingId}`
  return (
    <div className="flex flex-col gap-6">
      <div>
        {seats.length > 1 && (
          <SwitchMenu label={t('council.switch')} current={seat.house}
            choices={seats.map((each) => ({ href: `/${locale}/council?house=${each.buildingId}`, title: each.house, current: each === seat }))} />
        )}
        <PageTitle note={formatLongDate(me.today, locale)}>{seat.house}</PageTitle>
        <DoNow locale={locale} here={here} claims={claims} meetings={meetings} overdue={counts.overdue} today={me.today} />
      </div>
      <MoneyFigures locale={locale} here={here} money={money} />
      <VoteFigure locale={locale} today={me.today} meetings={meetings} />
      <HouseFigures locale={locale} here={here} readings={{ ...readings, period }} counts={counts} chairs={seat.chairs} />
    </div>
  )
}
