import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { Card } from '#app/_ui/card.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatAmount, formatDate, isLocale } from '#server/kernel/format.ts'
import { formatAccountNumber, isId } from '#server/kernel/ids.ts'
import { addDays } from '#server/kernel/period.ts'
import { OpeningsForm, WindowForm, type OpeningsWords } from './openings-form.tsx'
import { openingFunds } from './read-openings.ts'

type Props = { params: Promise<{ locale: string; buildingId: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('ledger.openings.title') } : {}
}

/** Balances that accounts bring from the keeper before us: the operator opens a window, the body brings them, each account once. */
export default async function OpeningsPage({ params }: Props) {
  const { locale, buildingId } = await params
  if (!isLocale(locale) || !isId(buildingId)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/registry/${buildingId}/openings`)
  const found = await billOrNothing(() => api.ledger.openings({ buildingId }))
  if (found === null || found === 'stranger') notFound()
  const t = texts(locale)
  const { window } = found
  const columns = [t('ledger.openings.account'), ...openingFunds[found.currency].map(fund => t(`house.funds.${fund}`))].join('; ')
  const words = { ...section(locale, 'ledger.openings'), rowsHint: t('ledger.openings.rowsHint', { columns }) } as unknown as OpeningsWords
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/registry/${buildingId}`, word: t('buildings.registry.backHouse') }} note={found.house}>{t('ledger.openings.title')}</PageTitle>
      <p className="text-note">{t('ledger.openings.note')}</p>
      {window?.open ? <Notice tone="good">{t('ledger.openings.isOpen', { date: formatDate(window.closesOn), basis: window.basis })}</Notice>
        : <Notice tone="info">{window === null ? t('ledger.openings.neverOpen') : t('ledger.openings.wasOpen', { date: formatDate(window.closesOn) })}</Notice>}
      {found.mayMigrate && <Card title={t('ledger.openings.window')}><WindowForm buildingId={buildingId} today={me.today} last={addDays(me.today, 60)} words={words} /></Card>}
      {found.mayRequest && window?.open && <Card title={t('ledger.openings.bring')}><OpeningsForm accounts={found.accounts} currency={found.currency} locale={locale} words={words} /></Card>}
      <Table caption={t('ledger.openings.accounts')} empty={t('ledger.case.none')}
        columns={[{ key: 'unit', title: t('ledger.queue.flat') }, { key: 'account', title: t('ledger.openings.account'), whole: true }, { key: 'sum', title: t('ledger.openings.brought'), align: 'end' }, { key: 'on', title: t('ledger.openings.on') }]}
        rows={found.accounts.map(each => ({
          id: each.number, cells: [t(`identity.unit.${each.unitKind}`, { number: each.unitNumber }), formatAccountNumber(each.number), each.opened === null ? t('ledger.openings.notYet') : formatAmount(each.opened), each.openedOn === null ? '' : formatDate(each.openedOn)],
        }))} />
    </div>
  )
}
