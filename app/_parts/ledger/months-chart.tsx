import { ChartBars } from '#app/_ui/chart-bars.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatMoney, formatPeriod, monthShort, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { wholeOf } from './whole.ts'

type Props = { months: readonly { period: string; gathered: bigint }[]; currency: Currency; locale: Locale }

/** What the house gathered month by month, with the finding in words. */
export function MonthsChart({ months, currency, locale }: Props) {
  const t = texts(locale)
  const best = months.reduce<Props['months'][number] | null>((found, month) => (found === null || month.gathered > found.gathered ? month : found), null)
  if (!best || best.gathered <= 0n) return null
  return (
    <ChartBars
      finding={t('house.money.finding', { month: formatPeriod(best.period, locale), sum: formatMoney(wholeOf(best.gathered), currency, locale) })}
      bars={months.map(({ period, gathered }) => ({
        label: monthShort(period, locale),
        value: Number(gathered),
        text: formatMoney(gathered, currency, locale),
      }))}
      table={{ summary: t('house.money.months'), label: t('house.money.month'), value: t('house.money.sum') }}
    />
  )
}
