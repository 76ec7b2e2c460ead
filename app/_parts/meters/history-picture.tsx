import { ChartBars } from '#app/_ui/chart-bars.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatNumber, formatPeriod, monthShort, type Locale } from '#server/kernel/format.ts'
import { addDecimal, compareDecimal, decimalOf, toRational, type Decimal } from '#server/kernel/quantity.ts'

type Month = { period: string; consumption: Decimal | null }

/** Twelve months of one meter; its text says the finding. A month without a reading is a gap, not a zero. */
export function HistoryPicture({ months, unit, locale }: { months: readonly Month[]; unit: string; locale: Locale }) {
  const t = texts(locale)
  const known = months.filter((month): month is { period: string; consumption: Decimal } => month.consumption !== null)
  const highest = known.toSorted((a, b) => compareDecimal(b.consumption, a.consumption))[0]
  if (!highest) return <p className="text-note">{t('meters.history.none')}</p>
  const total = toRational(known.map(month => month.consumption).reduce(addDecimal, '0'))
  const average = formatNumber(decimalOf({ numerator: total.numerator, denominator: total.denominator * BigInt(known.length) }, 0))
  const finding = t('meters.history.highestAverage', { month: formatPeriod(highest.period, locale), value: formatNumber(highest.consumption), unit, average })
  return (
    <ChartBars
      bars={months.map(month => ({
        label: monthShort(month.period, locale), value: month.consumption === null ? null : Number(month.consumption),
        text: month.consumption === null ? `${formatPeriod(month.period, locale)}: ${t('meters.history.missing')}` : formatNumber(month.consumption),
      }))}
      finding={finding}
      table={{ summary: t('meters.history.table'), label: t('meters.history.month'), value: t('meters.history.value', { unit }) }}
    />
  )
}
