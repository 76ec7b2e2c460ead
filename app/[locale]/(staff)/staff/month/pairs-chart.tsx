import { wholeOf } from '#app/_parts/ledger/whole.ts'
import { Sheet } from '#app/_ui/sheet.tsx'
import { Table } from '#app/_ui/table.tsx'
import type { MonthBar } from '#server/billing/month/schema.ts'
import { texts } from '#server/infra/texts.ts'
import { formatMoney, formatPeriod, monthShort, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'

type Props = { bars: readonly MonthBar[]; currency: Currency; locale: Locale }

const height = 96
const step = 34

/** Charged beside gathered for twelve months, drawn on the server; the same figures open as a table. */
export function PairsChart({ bars, currency, locale }: Props) {
  const t = texts(locale)
  const money = (amount: bigint) => formatMoney(wholeOf(amount), currency, locale)
  const total = (of: (bar: MonthBar) => bigint) => money(bars.reduce((sum, bar) => sum + of(bar), 0n))
  const finding = t('month.chart.finding', { charged: total(bar => bar.charged), gathered: total(bar => bar.gathered) })
  const top = Math.max(1, ...bars.flatMap(bar => [Number(bar.charged), Number(bar.gathered)]))
  const tall = (amount: bigint) => Math.max(0, Number(amount) / top) * (height - 8)
  return (
    <figure className="flex flex-col gap-2">
      <svg role="img" aria-label={finding} viewBox={`0 0 ${bars.length * step} ${height + 22}`} className="block w-full">
        <rect y={height} width={bars.length * step} height="1" className="fill-line" />
        {bars.map((bar, index) => (
          <g key={bar.period}>
            <rect x={index * step + 4} y={height - tall(bar.charged)} width={12} height={tall(bar.charged)} rx="2" className="fill-act/40" />
            <rect x={index * step + 18} y={height - tall(bar.gathered)} width={12} height={tall(bar.gathered)} rx="2" className="fill-act" />
            <text x={index * step + step / 2} y={height + 16} textAnchor="middle" className="fill-note text-[0.6875rem]">{monthShort(bar.period, locale)}</text>
          </g>
        ))}
      </svg>
      <p className="flex flex-wrap gap-4" aria-hidden="true">
        <span className="inline-flex items-center gap-2"><span className="size-3 rounded-field bg-act/40" />{t('month.charged')}</span>
        <span className="inline-flex items-center gap-2"><span className="size-3 rounded-field bg-act" />{t('month.gathered')}</span>
      </p>
      <figcaption className="text-note">{finding}</figcaption>
      <Sheet flat summary={t('month.chart.figures')}>
        <Table caption={t('month.chart.title')} hideCaption columns={[{ key: 'month', title: t('month.month') }, { key: 'charged', title: t('month.charged'), align: 'end' }, { key: 'gathered', title: t('month.gathered'), align: 'end' }]}
          rows={bars.map(bar => ({ id: bar.period, cells: [formatPeriod(bar.period, locale), formatMoney(bar.charged, currency, locale), formatMoney(bar.gathered, currency, locale)] }))} />
      </Sheet>
    </figure>
  )
}
