import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { AdjustmentMark, fundWord } from '#app/_parts/ledger/adjustment-words.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, isLocale } from '#server/kernel/format.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { localDateOf } from '#server/kernel/period.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('ledger.queue.title') } : {}
}

/** Requests to change a debt: the inspector's queue and the accountant's list; what waits stands first. */
export default async function AdjustmentsPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/adjustments`)
  const { rows, mayRequest } = await api.ledger.adjustments()
  const t = texts(locale)
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={t('ledger.queue.note')}>{t('ledger.queue.title')}</PageTitle>
      {mayRequest && <div><LinkButton kind="main" href={`/${locale}/staff/adjustments/new`} hotkey="n">{t('ledger.queue.ask')}</LinkButton></div>}
      <Table caption={t('ledger.queue.title')} hideCaption empty={t('ledger.queue.none')}
        columns={[
          { key: 'asked', title: t('ledger.queue.asked') }, { key: 'house', title: t('ledger.queue.house') }, { key: 'flat', title: t('ledger.queue.flat') }, { key: 'account', title: t('ledger.queue.account'), whole: true },
          { key: 'reason', title: t('ledger.queue.reason') }, { key: 'fund', title: t('ledger.queue.fund') }, { key: 'sum', title: t('ledger.queue.sum'), align: 'end' }, { key: 'state', title: t('ledger.queue.state') },
        ]}
        rows={rows.map(row => ({
          id: row.adjustmentId, href: `/${locale}/staff/adjustments/${row.buildingId}/${row.adjustmentId}`,
          cells: [
            formatDate(localDateOf(row.requestedAt)), row.house, t(`identity.unit.${row.unitKind}`, { number: row.unitNumber }), formatAccountNumber(row.number),
            t(`ledger.reasons.${row.reason}`), fundWord(row.fund, t), formatMoney(row.amount, row.currency, locale), <AdjustmentMark key="state" state={row.state} t={t} />,
          ],
        }))} />
    </div>
  )
}
