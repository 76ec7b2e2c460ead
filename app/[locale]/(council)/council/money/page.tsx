import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { FundSheets } from '#app/_parts/ledger/fund-sheets.tsx'
import { MonthsChart } from '#app/_parts/ledger/months-chart.tsx'
import { TitleText } from '#app/_parts/repairs/title-text.tsx'
import { Card } from '#app/_ui/card.tsx'
import { WorksCard } from '#app/_parts/repairs/works-card.tsx'
import { FactLines } from '#app/_parts/ledger/fact-lines.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { councilSeat } from '../seats.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ house?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('council.money.title') } : {}
}

/** The house's money by fund and by month. */
export default async function CouncilMoneyPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const { api, seat } = await councilSeat(locale, (await searchParams).house, 'council/money')
  const t = texts(locale)
  if (!seat) return <Notice>{t('council.notCouncil')}</Notice>
  const [money, repairs] = await Promise.all([api.ledger.houseMoney({ buildingId: seat.buildingId }), api.repairs.council({ buildingId: seat.buildingId })])
  const titles = new Map(repairs.funds.flatMap((fund) => (fund.programmeId === null || fund.title === null ? [] : [[`PROGRAMME:${fund.programmeId}`, <TitleText key={fund.programmeId} title={fund.title} locale={locale} />] as const])))
  const total = (of: 'charged' | 'gathered' | 'spent' | 'held') => money.funds.reduce((sum, fund) => sum + fund[of], 0n)
  const shown = (amount: bigint) => <Money amount={amount} currency={money.currency} locale={locale} />
  const opened = total('held') - total('gathered') + total('spent')
  const overpaid = money.owed.reduce((sum, fund) => sum + fund.overpaid, 0n)
  return (
    <div className="flex flex-col gap-6">
      <PageTitle note={t('council.money.note')} back={{ href: `/${locale}/council?house=${seat.buildingId}`, word: t('council.back') }}>
        {t('council.money.title')}
      </PageTitle>
      <Card title={t('council.money.total')} note={t('council.money.since')}>
        <FactLines
          facts={[
            { term: t('council.money.charged'), value: shown(total('charged')) },
            { term: t('council.money.gathered'), value: shown(total('gathered')) },
            { term: t('council.money.owed'), value: shown(money.owed.reduce((sum, fund) => sum + fund.owed, 0n)) },
            ...(money.disputed > 0n ? [{ term: t('inputs.disputedSum'), value: shown(money.disputed) }] : []),
            ...(overpaid > 0n ? [{ term: t('council.money.overpaid'), value: shown(overpaid) }] : []),
            { term: t('council.money.spent'), value: shown(total('spent')) },
            ...(opened === 0n ? [] : [{ term: t('house.money.opened'), value: shown(opened) }]),
            { term: t('council.money.held'), value: shown(total('held')) },
          ]}
        />
      </Card>
      <section className="flex flex-col gap-3">
        <h2 className="text-title font-semibold">{t('council.money.funds')}</h2>
        <FundSheets funds={money.funds} currency={money.currency} locale={locale} titles={titles} owed={new Map(money.owed.map((fund) => [fund.fund, fund.owed]))} />
      </section>
      {repairs.funds.some((fund) => fund.programme) && (
        <section className="flex flex-col gap-3">
          <h2 className="text-title font-semibold">{t('council.money.repairs')}</h2>
          {repairs.funds.flatMap(({ programme, programmeId, title, state }) => programme && title && state ? [
            <WorksCard key={programmeId} title={title} state={state} contract={programme.contract} works={programme.works} buildingId={seat.buildingId} currency={money.currency} locale={locale}
              cap={programme.estimate?.ownersTotal ? { total: programme.estimate.total, owners: programme.estimate.ownersTotal } : null} />,
          ] : [])}
        </section>
      )}
      <MonthsChart months={money.months} currency={money.currency} locale={locale} />
    </div>
  )
}
