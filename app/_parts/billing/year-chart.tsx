import { ChartBars } from '#app/_ui/chart-bars.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatMoney, formatPeriod, monthShort, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { addPeriods } from '#server/kernel/period.ts'

type Props = { months: readonly { period: string; total: bigint }[]; currency: Currency; locale: Locale }

/** Twelve months of bills; the finding says which was the highest. */
export function YearChart({ months, currency, locale }: Props) {
  const last = months.at(-1)
  if (!last || months.length < 2) return null
  const t = texts(locale)
  const totals = new Map(months.map(each => [each.period, each.total]))
  const periods = Array.from({ length: 12 }, (_, index) => addPeriods(last.period, index - 11))
  const top = months.filter(each => periods.includes(each.period)).reduce((best, each) => (each.total > best.total ? each : best), last)
  return (
    <ChartBars
      bars={periods.map(period => {
        const total = totals.get(period)
        return { label: monthShort(period, locale), value: total === undefined ? null : Number(total), text: total === undefined ? '' : formatMoney(total, currency, locale) }
      })}
      finding={t('billing.list.finding', { month: formatPeriod(top.period, locale), sum: formatMoney(top.total, currency, locale) })}
      table={{ summary: t('billing.list.months'), label: t('billing.list.month'), value: t('billing.list.sum') }}
    />
  )
}
