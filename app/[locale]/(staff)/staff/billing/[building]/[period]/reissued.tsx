import type { OutputOf } from '#app/_client/trpc.ts'
import { Card } from '#app/_ui/card.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Table } from '#app/_ui/table.tsx'
import { section, texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, type Locale } from '#server/kernel/format.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { PostAllReissued } from './post-all-reissued.tsx'
import { DecideReissue } from './decide-reissue.tsx'

type Rows = OutputOf<'billing.corrections'>
type Props = { rows: Rows; buildingId: string; period: string; locale: Locale }

/** What waits for a second person, and what was decided: both bills of each with the difference. */
export function Reissued({ rows, buildingId, period, locale }: Props) {
  const t = texts(locale)
  const money = (amount: bigint, row: Rows[number]) => formatMoney(amount, row.currency, locale)
  const unit = (row: Rows[number]) => `${formatAccountNumber(row.accountNumber)}, ${t(`identity.unit.${row.unitKind}`, { number: row.unitNumber })}`
  const services = (row: Rows[number]) => row.services.map(each => t(`billing.services.${each}`)).join(', ')
  const waiting = rows.filter(row => row.state === 'DRAFT' && !row.mine).length
  return (
    <>
      {waiting > 1 && <PostAllReissued buildingId={buildingId} period={period} count={waiting} words={section(locale, 'billing.reissue')} />}
      {rows.filter(row => row.state === 'DRAFT').map(row => (
        <Card key={row.correctionId} title={unit(row)} note={row.ground}>
          <Facts facts={[{ term: t('billing.reissue.was'), value: money(row.was, row) }, { term: t('billing.reissue.becomes'), value: money(row.becomes, row) }, { term: t('billing.reissue.services'), value: services(row) }]} />
          <DecideReissue buildingId={buildingId} correctionId={row.correctionId} billNumber={row.billNumber} mine={row.mine} conclusions={row.conclusions} words={section(locale, 'billing.reissue')} />
        </Card>
      ))}
      <Table caption={t('billing.reissue.list')} empty={t('billing.reissue.none')}
        columns={[
          { key: 'bill', title: t('billing.reissue.bill') }, { key: 'unit', title: t('billing.reissue.unit') }, { key: 'was', title: t('billing.reissue.was'), align: 'end' }, { key: 'becomes', title: t('billing.reissue.becomes'), align: 'end' },
          { key: 'services', title: t('billing.reissue.services') }, { key: 'why', title: t('billing.reissue.why') }, { key: 'state', title: t('billing.reissue.state') },
        ]}
        rows={rows.filter(row => row.state !== 'DRAFT').map(row => ({
          id: row.correctionId,
          cells: [row.billNumber, unit(row), money(row.was, row), money(row.becomes, row), services(row), row.reason ?? row.ground, `${t(`billing.reissue.states.${row.state}`)}, ${formatDate(localDateOf(row.at))}`],
        }))} />
    </>
  )
}
