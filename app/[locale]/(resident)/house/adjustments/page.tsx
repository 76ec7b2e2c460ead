import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { AdjustmentMark, fundWord } from '#app/_parts/ledger/adjustment-words.tsx'
import { SealCard } from '#app/_parts/ledger/seal-card.tsx'
import { Card } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, isLocale, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ house?: string }> }
type Row = OutputOf<'ledger.adjustmentLog'>['rows'][number]

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('ledger.log.title') } : {}
}

/** The public log of a house: which debts were changed and on what, without a flat or a name. */
export default async function AdjustmentLogPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/house/adjustments`)
  const asked = (await searchParams).house
  const buildingId = (me.homes.find(home => home.buildingId === asked) ?? me.homes[0])?.buildingId
  if (buildingId === undefined) notFound()
  const log = await api.ledger.adjustmentLog({ buildingId })
  const t = texts(locale)
  return (
    <div className="flex flex-col gap-5">
      <PageTitle back={{ href: `/${locale}/house?house=${buildingId}`, word: t('ledger.log.back') }} note={log.house}>{t('ledger.log.title')}</PageTitle>
      <p className="text-note">{t('ledger.queue.note')} {t('ledger.log.note')}</p>
      {log.rows.length === 0 ? <EmptyState icon="paper" title={t('ledger.log.none')} />
        : log.rows.map((row, index) => <LogCard key={index} row={row} currency={log.currency} locale={locale} />)}
      {log.seal && <SealCard buildingId={buildingId} seal={log.seal} locale={locale} />}
    </div>
  )
}

function LogCard({ row, currency, locale }: { row: Row; currency: Currency; locale: Locale }) {
  const t = texts(locale)
  const money = (amount: bigint) => formatMoney(amount, currency, locale)
  return (
    <Card title={t(`ledger.reasons.${row.reason}`)} note={`${t('ledger.log.asked', { date: formatDate(row.requestedOn) })} · ${fundWord(row.fund, t)}`}>
      <p><AdjustmentMark state={row.state} t={t} /></p>
      <p>{t(row.amount < 0n ? 'ledger.case.less' : 'ledger.case.more', { sum: money(row.amount < 0n ? -row.amount : row.amount) })}</p>
      {row.conclusion !== null && row.concludedOn !== null && <p className="text-note">{t('ledger.log.conclusion', { number: row.conclusion, date: formatDate(row.concludedOn) })}</p>}
      {row.posted !== null && row.postedOn !== null && <p className="font-semibold">{t('ledger.log.posted', { sum: money(row.posted), date: formatDate(row.postedOn) })}</p>}
    </Card>
  )
}
