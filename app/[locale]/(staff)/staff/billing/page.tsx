import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatMoney, formatPeriod, isLocale, type Locale } from '#server/kernel/format.ts'
import { isPeriod, lastDay, periodOf, previousPeriod } from '#server/kernel/period.ts'
import { OrderAll } from './order-all.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ period?: string }> }
type Houses = OutputOf<'billing.houses'>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('billing.runs.title') } : {}
}

/** Houses of a month: what is billed, what waits, what was stopped; the month is in the address. */
export default async function BillingPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/billing`)
  const wanted = (await searchParams).period ?? ''
  const period = isPeriod(wanted) ? wanted : previousPeriod(periodOf(me.today))
  const houses = await billOrNothing(() => api.billing.houses({ period }))
  if (houses === 'stranger') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/billing`)
  if (houses === null) notFound()
  const t = texts(locale)
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={formatPeriod(period, locale)}>{t('billing.runs.title')}</PageTitle>
      <form method="get" className="flex max-w-sm items-end gap-2">
        <Field size="dense" type="month" name="period" label={t('billing.runs.month')} defaultValue={period} max={periodOf(me.today)} />
        <Button type="submit">{t('billing.runs.show')}</Button>
      </form>
      <Orders houses={houses} period={period} early={lastDay(period) >= me.today} locale={locale} />
      <Table caption={t('billing.runs.title')} hideCaption empty={t('billing.runs.none')}
        columns={[
          { key: 'house', title: t('billing.runs.house') }, { key: 'organisation', title: t('billing.runs.organisation') },
          { key: 'accounts', title: t('billing.runs.accounts'), align: 'end' }, { key: 'state', title: t('billing.runs.state') },
          { key: 'total', title: t('billing.runs.total'), align: 'end' },
        ]}
        rows={houses.map(house => ({
          id: house.buildingId, href: `/${locale}/staff/billing/${house.buildingId}/${period}`,
          cells: [house.name, house.organisation, String(house.accounts), <State key="state" house={house} period={period} locale={locale} />, house.total === null ? '' : formatMoney(house.total, house.currency, locale)],
        }))} />
    </div>
  )
}

function Orders({ houses, period, early, locale }: { houses: Houses; period: string; early: boolean; locale: Locale }) {
  const t = texts(locale)
  const open = new Map<string, { name: string; houses: { buildingId: string; name: string }[] }>()
  for (const house of houses.filter(each => each.runId === null)) {
    open.set(house.organisationId, { name: house.organisation, houses: [...open.get(house.organisationId)?.houses ?? [], { buildingId: house.buildingId, name: house.name }] })
  }
  return [...open].map(([organisationId, { name, houses: unbilled }]) => (
    <OrderAll key={organisationId} houses={unbilled} organisationId={organisationId} period={period} title={name} note={t('billing.runs.allNote', { count: unbilled.length })} early={early} words={section(locale, 'billing.runs')} />
  ))
}

function State({ house, period, locale }: { house: Houses[number]; period: string; locale: Locale }) {
  const t = texts(locale)
  const state = house.runId !== null ? 'POSTED' : house.order ?? 'NONE'
  const tones: Record<string, Tone> = { POSTED: 'good', WAITING: 'waiting', HELD: 'care' }
  const word = t(`billing.runs.states.${state}`)
  const tone = tones[state]
  return <>{tone ? <StateMark tone={tone}>{word}</StateMark> : word}{state === 'HELD' && house.reason && <p className="max-w-md text-note">{house.reason === 'billing.findingsNotAccepted' ? t('billing.runs.heldFindings') : t(`errors.${house.reason}`, { period: formatPeriod(period, locale) })}</p>}</>
}
