import type { OutputOf } from '#app/_client/trpc.ts'
import { Card } from '#app/_ui/card.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Table } from '#app/_ui/table.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatAmount, formatDate, formatNumber, formatPeriod, type Locale } from '#server/kernel/format.ts'
import { parseDecimal } from '#server/kernel/quantity.ts'

type Case = OutputOf<'ledger.adjustmentCase'>
type Props = { found: Case; locale: Locale; side: 'register' | 'money' }

/** A figure of a meter without the zeros that end its column. */
const volume = (figure: string) => formatNumber(parseDecimal(figure) ?? figure)

/** What the register and the meters say on one side, what was charged and paid on the other. */
export function Evidence({ found, locale, side }: Props) {
  return side === 'register' ? <><Register found={found} locale={locale} /><Readings found={found} locale={locale} /></> : <><Bills found={found} locale={locale} /><Statement found={found} locale={locale} /></>
}

type Half = Omit<Props, 'side'>

function Register({ found: { evidence }, locale }: Half) {
  const t = texts(locale)
  const span = (from: string, to: string | null) => to === null ? t('ledger.case.ownerNow', { from: formatDate(from) }) : t('ledger.case.ownerWas', { from: formatDate(from), to: formatDate(to) })
  return (
    <Card title={t('ledger.case.register')}>
      <Facts facts={[
        { term: t('ledger.case.area'), value: `${formatNumber(evidence.areaM2)} m²` },
        ...evidence.areaChanges.map(each => ({ term: `${t('ledger.case.areaChanges')}, ${formatDate(each.on)} ${each.ground}`, value: t('ledger.case.areaChange', { before: formatNumber(each.before), after: formatNumber(each.after) }) })),
        ...evidence.persons.map(each => ({ term: `${t('ledger.case.persons')}, ${t('ledger.case.personsFrom', { from: formatDate(each.from) })}`, value: String(each.persons) })),
      ]} />
      <h3 className="font-semibold">{t('ledger.case.owners')}</h3>
      <Facts facts={evidence.owners.map(each => ({ term: `${each.name}, ${span(each.from, each.to)}`, value: each.share }))} />
      {evidence.earlier.length > 1 && (
        <>
          <h3 className="font-semibold">{t('ledger.case.earlier')}</h3>
          <Facts facts={evidence.earlier.map(each => ({ term: `${formatDate(each.requestedOn)} ${t(`ledger.reasons.${each.reason}`)}`, value: formatAmount(each.amount) }))} />
        </>
      )}
    </Card>
  )
}

function Readings({ found: { evidence }, locale }: Half) {
  const t = texts(locale)
  return (
    <Table caption={t('ledger.case.readings')} empty={t('ledger.case.none')}
      columns={[{ key: 'on', title: t('ledger.case.on') }, { key: 'meter', title: t('ledger.case.meter') }, { key: 'value', title: t('ledger.case.value'), align: 'end' }, { key: 'used', title: t('ledger.case.used'), align: 'end' }]}
      rows={evidence.readings.map(each => ({
        id: `${each.on} ${each.service} ${each.serial} ${each.values.join()}`,
        cells: [formatDate(each.on), `${t(`billing.services.${each.service}`)} ${each.serial}`, each.values.map(volume).join(' / '), each.consumption === null ? t('ledger.case.flagged') : volume(each.consumption)],
      }))} />
  )
}

function Bills({ found: { evidence }, locale }: Half) {
  const t = texts(locale)
  return (
    <Table caption={t('ledger.case.bills')} empty={t('ledger.case.none')}
      columns={[{ key: 'month', title: t('ledger.case.month'), whole: true }, { key: 'area', title: t('ledger.case.byArea'), align: 'end' }, { key: 'charged', title: t('ledger.case.charged'), align: 'end' }]}
      rows={evidence.bills.map(each => ({ id: each.period, cells: [formatPeriod(each.period, locale), each.areaM2 === null ? '' : formatNumber(each.areaM2), formatAmount(each.total)] }))} />
  )
}

function Statement({ found: { statement }, locale }: Half) {
  const t = texts(locale)
  return (
    <Table caption={t('ledger.case.statement')} empty={t('ledger.case.none')}
      columns={[{ key: 'on', title: t('ledger.case.on') }, { key: 'what', title: t('ledger.case.what') }, { key: 'sum', title: t('ledger.case.sum'), align: 'end' }]}
      rows={statement.map(each => ({ id: each.transactionId, cells: [formatDate(each.valueDate), t(`ledger.kinds.${each.kind}`), formatAmount(each.amount)] }))} />
  )
}
