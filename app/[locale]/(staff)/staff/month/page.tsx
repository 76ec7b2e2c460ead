import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { netOf, sumOf } from '#server/billing/month/rules.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, formatPeriod, isLocale, type Locale } from '#server/kernel/format.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import { isPeriod, localDateOf, periodOf, previousPeriod } from '#server/kernel/period.ts'
import { CheckBooks } from './check-books.tsx'
import { CloseForm } from './close-form.tsx'
import { PairsChart } from './pairs-chart.tsx'
import { Channels, Houses, Services } from './sums.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ period?: string; organisation?: string }> }
type Month = OutputOf<'billing.month'>
type Shown = { month: Month; t: Texts; locale: Locale }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('month.title') } : {}
}

/** An accountant's month: what was charged and came, what is left to do, and the closing. The month is in the address. */
export default async function MonthPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/month`)
  const { period: wanted = '', organisation } = await searchParams
  const period = isPeriod(wanted) ? wanted : previousPeriod(periodOf(me.today))
  const t = texts(locale)
  const month = await billOrNothing(() => api.billing.month({ period, ...(organisation ? { organisationId: organisation } : {}) }))
  if (month === null || month === 'stranger' || month.houses.length === 0) return <PageTitle note={t('month.none')}>{t('month.title')}</PageTitle>
  const shown = { month, t, locale }
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={`${month.organisation}, ${formatPeriod(period, locale)}`}>{t('month.title')}</PageTitle>
      <form method="get" className="flex max-w-2xl flex-wrap items-end gap-2">
        {month.organisations.length > 1 && <SelectField size="dense" name="organisation" label={t('month.organisation')} defaultValue={month.organisationId} options={month.organisations.map(each => ({ value: each.organisationId, label: each.name }))} />}
        <Field size="dense" type="month" name="period" label={t('month.month')} defaultValue={period} max={periodOf(me.today)} />
        <Button type="submit">{t('month.show')}</Button>
      </form>
      <div className="grid gap-4 lg:grid-cols-2">
        <Card><Totals {...shown} /></Card>
        <Closing {...shown} />
        <Services {...shown} />
        <Channels {...shown} />
        <Card title={t('month.chart.title')}><PairsChart bars={month.bars} currency={month.currency} locale={locale} /></Card>
        <Books {...shown} />
      </div>
      <Houses {...shown} />
      {jurisdictionOf(me.country).courtPacks && <p><a href={`/${locale}/staff/court-packs`}>{t('court.title')}</a></p>}
    </div>
  )
}

function Totals({ month, t, locale }: Shown) {
  const money = (amount: bigint) => formatMoney(amount, month.currency, locale)
  const counted = ({ count, amount }: Month['disputed']) => (count === 0 ? money(0n) : t('month.counted', { sum: money(amount), count }))
  const [charged, gathered, { opening, closing }] = [sumOf(month.charged), netOf(month.gathered), month.saldo]
  // Opening balances, what was taken back outside the bills: so that the column always adds up.
  const other = closing - opening - charged + gathered - month.adjusted.amount
  return (
    <Facts facts={[
      { term: t('month.opening'), value: money(opening) },
      { term: t('month.charged'), value: <strong>{money(charged)}</strong> },
      { term: t('month.gathered'), value: <strong>{money(gathered)}</strong> },
      { term: t('month.adjusted'), value: counted(month.adjusted) },
      ...(other === 0n ? [] : [{ term: t('month.other'), value: money(other) }]),
      { term: t('month.closing'), value: <strong>{money(closing)}</strong> },
      { term: t('month.disputed'), value: counted(month.disputed) },
    ]} />
  )
}

const places: Record<Month['left'][number]['kind'], (month: Pick<Month, 'period'>) => string> = {
  earlier: ({ period }) => `billing?period=${period}`, runs: month => `billing?period=${month.period}`, statements: () => 'statements', lines: () => 'statements/worklist', differences: () => 'reconciliation', ledger: () => 'adjustments',
}

/** What is left, each with the place where it is done; then the one act that is never undone. */
function Closing({ month, t, locale }: Shown) {
  if (month.closing && month.closed === month.houses.length) return <Closed month={month} closing={month.closing} t={t} locale={locale} />
  if (month.closed === month.houses.length) return <Notice tone="good" title={formatPeriod(month.period, locale)}>{t('month.close.earlier')}</Notice>
  return (
    <Card title={t(month.left.length > 0 ? 'month.left.title' : 'month.close.title')} note={month.closed > 0 ? t('month.close.some', { closed: month.closed, all: month.houses.length }) : undefined}>
      {month.left.length > 0 && (
        <ul className="flex flex-col gap-1">
          {month.left.map(each => <li key={each.kind}>{t(`month.left.${each.kind}`, { count: each.count, month: formatPeriod(each.period ?? month.period, locale) })} <a href={`/${locale}/staff/${places[each.kind]({ period: each.period ?? month.period })}`}>{t('month.left.open')}</a><p className="text-note">{each.names.join(', ')}</p></li>)}
        </ul>
      )}
      {month.left.length === 0 && month.over && <p>{t('month.left.clean')}</p>}
      {month.over ? <CloseForm organisationId={month.organisationId} period={month.period} act={t('month.close.act', { period: formatPeriod(month.period, locale) })} ready={month.left.length === 0} words={section(locale, 'month.close')} />
        : <p className="text-note">{t('month.left.notOver')}</p>}
    </Card>
  )
}

function Closed({ month, closing, t, locale }: Shown & { closing: NonNullable<Month['closing']> }) {
  const money = (amount: bigint) => formatMoney(amount, month.currency, locale)
  return (
    <Notice tone="good" title={t('month.close.done', { date: formatDate(localDateOf(closing.closedAt)) })}>
      <p>{t('month.close.stood', { charged: money(closing.chargedTotal), gathered: money(closing.gatheredTotal), disputed: money(closing.disputed) })}</p>
      {closing.headDay !== null && <p>{t('month.close.head', { date: formatDate(closing.headDay), links: closing.headLinks.toString() })}</p>}
      {month.later !== 0n && <p>{t('month.close.later', { sum: money(month.later) })}</p>}
      {closing.houses < month.houses.length && <p>{t('month.close.some', { closed: month.closed, all: month.houses.length })}</p>}
    </Notice>
  )
}

function Books({ month: { organisationId, period, seals }, t, locale }: Shown) {
  return (
    <Card title={t('month.books.title')}>
      <p>{t('month.books.sealed', { sealed: seals.sealed, all: seals.houses })}</p>
      {seals.day !== null && <p className="text-note">{t('month.books.through', { date: formatDate(seals.day) })}</p>}
      <CheckBooks organisationId={organisationId} period={period} words={section(locale, 'month.books')} />
    </Card>
  )
}
