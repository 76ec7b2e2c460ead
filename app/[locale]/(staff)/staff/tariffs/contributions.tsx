import type { OutputOf } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { SelectField } from '#app/_ui/field.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { Table } from '#app/_ui/table.tsx'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, formatNumber, type Locale } from '#server/kernel/format.ts'
import { firstDay, nextPeriod, periodOf, type LocalDate } from '#server/kernel/period.ts'
import { DecideForm, type DecideWords } from './decide-form.tsx'

type Found = OutputOf<'billing.contributions'>
type Rate = Found['rates'][number]
type Props = { found: Found; today: LocalDate; locale: Locale }

/** What the owners of a house pay per m²: by which decision, since when; and a new decision. For whoever bills the house. */
export function Contributions({ found: { houses, house, rates }, today, locale }: Props) {
  if (house === null) return null
  const t = texts(locale)
  const options = (key: string, values: readonly string[]) => values.map(value => ({ value, label: t(`${key}.${value}`) }))
  const next = nextPeriod(house.billed !== null && house.billed > periodOf(today) ? house.billed : periodOf(today))
  const example = formatMoney(9550n, house.currency, locale)
  return (
    <section id="contributions" className="flex flex-col gap-4">
      <form method="get" action="#contributions" className="flex max-w-2xl flex-wrap items-end gap-2">
        <SelectField size="dense" name="house" label={t('tariffs.contributions.house')} defaultValue={house.buildingId} options={houses.map(each => ({ value: each.buildingId, label: each.name }))} />
        <Button type="submit">{t('tariffs.contributions.show')}</Button>
      </form>
      <Table caption={`${t('tariffs.contributions.title')}: ${house.name}`} empty={t('tariffs.contributions.none')}
        columns={[{ key: 'fund', title: t('tariffs.contributions.fund') }, { key: 'kind', title: t('tariffs.contributions.kind') }, { key: 'perM2', title: t('tariffs.contributions.perM2'), align: 'end' },
          { key: 'from', title: t('tariffs.contributions.from') }, { key: 'to', title: t('tariffs.contributions.to') }, { key: 'basis', title: t('tariffs.contributions.basis') }]}
        rows={rates.map(rate => ({
          id: rate.rateId,
          cells: [<Fund key="fund" rate={rate} t={t} />, t(`billing.kinds.${rate.kind}`), priceOf(rate, t), formatDate(rate.from), rate.to === null ? t('tariffs.values.open') : formatDate(rate.to), rate.basis],
        }))} />
      <Card title={t('tariffs.contributions.decide')} note={t('tariffs.contributions.note')}>
        <DecideForm buildingId={house.buildingId} from={firstDay(next)} funds={[{ value: 'CURRENT', label: t('billing.services.MAINTENANCE') }, { value: 'SAVINGS', label: t('billing.services.SAVINGS') }]}
          kinds={options('billing.kinds', ['APARTMENT', 'NON_RESIDENTIAL', 'PARKING', 'STORAGE'])}
          words={{ ...section(locale, 'tariffs.contributions'), perM2Hint: t('tariffs.contributions.perM2Hint', { example }) } as DecideWords} />
      </Card>
    </section>
  )
}

function Fund({ rate, t }: { rate: Rate; t: Texts }) {
  const name = t(`billing.services.${rate.fund === 'CURRENT' ? 'MAINTENANCE' : 'SAVINGS'}`)
  return rate.inForce ? <>{name} <StateMark tone="good">{t('tariffs.contributions.inForce')}</StateMark></> : name
}

function priceOf({ perM2, indexCode, indexMultiple }: Rate, t: Texts): string {
  return perM2 === null ? t('tariffs.contributions.byIndex', { multiple: formatNumber(indexMultiple ?? '0'), code: indexCode === 'MRP' ? t('tariffs.contributions.mrp') : indexCode ?? '' }) : formatNumber(perM2)
}
