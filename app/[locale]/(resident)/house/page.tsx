import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { FundSheets } from '#app/_parts/ledger/fund-sheets.tsx'
import { MonthsChart } from '#app/_parts/ledger/months-chart.tsx'
import { wholeOf } from '#app/_parts/ledger/whole.ts'
import { ActList } from '#app/_parts/repairs/act-list.tsx'
import { OpenList } from '#app/_parts/requests/open-list.tsx'
import { Figure } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Money } from '#app/_ui/money.tsx'
import { TitleText } from '#app/_parts/repairs/title-text.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { SwitchMenu } from '#app/_ui/switch-menu.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { Callers } from './callers.tsx'
import { Sections } from './sections.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ house?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('house.title') } : {}
}

const shown = 5

/** The house itself: its meetings, papers, money, open requests, and whom to call. */
export default async function HousePage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/house`)
  const t = texts(locale)
  const houses = [...new Map(me.homes.map((home) => [home.buildingId, home.building]))]
  const asked = (await searchParams).house
  const [buildingId] = houses.find(([id]) => id === asked) ?? houses[0] ?? []
  if (buildingId === undefined) {
    return <EmptyState icon="building" title={t('house.noHouse')} actions={<LinkButton kind="main" href={`/${locale}/profile/link-home`}>{t('house.link')}</LinkButton>} />
  }
  const [house, money, meetings, open] = await Promise.all([
    api.buildings.publicHouse({ buildingId }), api.ledger.houseFunds({ buildingId }), api.meetings.listMine(), api.requests.listOfHouse({ buildingId }),
  ])
  const repairs = money.funds.some((fund) => fund.fund.startsWith('PROGRAMME:')) ? (await api.repairs.fund({ buildingId })).programmes : []
  const titles = new Map(repairs.map((programme) => [`PROGRAMME:${programme.programmeId}`, <TitleText key={programme.programmeId} title={programme.title} locale={locale} />]))
  const papers = new Map(repairs.map(({ programmeId, works }) => [`PROGRAMME:${programmeId}`,
    <ActList key={programmeId} acts={works.stages.flatMap((stage) => stage.acts)} buildingId={buildingId} currency={money.currency} locale={locale} />]))
  const held = money.funds.reduce((sum, fund) => sum + fund.held, 0n)
  const council = me.roles.some((role) => role.buildingId === buildingId && (role.role === 'CHAIR' || role.role === 'COUNCIL_MEMBER'))
  const byDeadline = open.toSorted((a, b) => Number(b.emergency) - Number(a.emergency) || (a.extendedTo ?? a.dueOn).localeCompare(b.extendedTo ?? b.dueOn))
  const address = { uz: house.addressUz, kk: house.addressKk, ru: house.addressRu }[locale]
  return (
    <div className="flex flex-col gap-6">
      <div>
        {houses.length > 1 && (
          <SwitchMenu label={t('home.switch')} current={house.name}
            choices={houses.map(([id, name]) => ({ href: `/${locale}/house?house=${id}`, title: name, current: id === buildingId }))} />
        )}
        <PageTitle note={address}>{house.name}</PageTitle>
        <Sections locale={locale} today={me.today} buildingId={buildingId} meetings={meetings.filter((meeting) => meeting.buildingId === buildingId)} council={council} />
      </div>
      <section className="flex flex-col gap-3">
        <h2 className="text-title font-semibold">{t('house.money.title')}</h2>
        {money.funds.length === 0 ? <p className="text-note">{t('house.money.none')}</p> : (
          <>
            <Figure label={t('house.money.held')} value={<Money amount={wholeOf(held)} currency={money.currency} locale={locale} size="sum" />} />
            <FundSheets funds={money.funds} currency={money.currency} locale={locale} titles={titles} papers={papers} />
            <MonthsChart months={money.months} currency={money.currency} locale={locale} />
          </>
        )}
      </section>
      <section className="flex flex-col gap-3">
        <h2 className="text-title font-semibold">{t('house.board.title')}</h2>
        {byDeadline.length === 0 ? <p className="text-note">{t('house.board.none')}</p>
          : <OpenList requests={byDeadline.slice(0, shown)} locale={locale} today={me.today} label={t('house.board.title')} />}
        <LinkButton href={`/${locale}/requests`}>{t('house.board.more')}</LinkButton>
      </section>
      <Callers locale={locale} managements={house.managements} />
    </div>
  )
}
