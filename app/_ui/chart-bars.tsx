import type { ReactNode } from 'react'

export type Bar = {
  /** One to three letters under the bar: the month. */
  label: string
  /** Only drawn, never computed with; null is a month without a figure. */
  value: number | null
  /** The value in words, for the table behind the picture. */
  text: string
}

export type ChartBarsProps = {
  bars: readonly Bar[]
  /** What the picture says: 'December was the highest: 31 200 ₸, heating'. */
  finding: string
  /** The bar the screen is about; the others are drawn lighter. */
  current?: number
  /** Opens the same figures as a table. */
  table?: { summary: ReactNode; label: string; value: string }
}

const height = 96
const step = 26

/** Drawn on the server; no chart library reaches the browser. */
export function ChartBars({ bars, finding, current = bars.length - 1, table }: ChartBarsProps) {
  const top = Math.max(1e-9, ...bars.map((bar) => bar.value ?? 0))
  const width = bars.length * step
  return (
    <figure className="flex flex-col gap-2">
      <svg role="img" aria-label={finding} viewBox={`0 0 ${width} ${height + 22}`} className="block w-full">
        <rect y={height} width={width} height="1" className="fill-line" />
        {bars.map((bar, index) => (
          <g key={index}>
            <BarShape value={bar.value} top={top} x={index * step + 4} strong={index === current} />
            <text x={index * step + step / 2} y={height + 16} textAnchor="middle" className={`text-[0.6875rem] ${index === current ? 'fill-ink font-semibold' : 'fill-note'}`}>
              {bar.label}
            </text>
          </g>
        ))}
      </svg>
      <figcaption aria-hidden="true" className="text-small text-note">
        {finding}
      </figcaption>
      {table && <FiguresTable bars={bars} table={table} />}
    </figure>
  )
}

function BarShape({ value, top, x, strong }: { value: number | null; top: number; x: number; strong: boolean }) {
  if (value === null) return <path d={`M${x + 3} ${height - 5}h${step - 14}`} className="stroke-note" strokeDasharray="2 2" />
  const tall = Math.max(2, (Math.max(0, value) / top) * (height - 8))
  return (
    <rect x={x} y={height - tall} width={step - 8} height={tall} rx="2" className={strong ? 'fill-act' : 'fill-act/40'} />
  )
}

function FiguresTable({ bars, table }: { bars: readonly Bar[]; table: NonNullable<ChartBarsProps['table']> }) {
  return (
    <details>
      <summary className="min-h-12 py-3 text-act underline underline-offset-4">{table.summary}</summary>
      <table className="figures w-full text-small">
        <thead>
          <tr>
            <th scope="col" className="py-1 text-start font-medium text-note">{table.label}</th>
            <th scope="col" className="py-1 text-end font-medium text-note">{table.value}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar, index) => (
            <tr key={index} className="border-t border-line">
              <th scope="row" className="py-1 text-start font-normal">{bar.label}</th>
              <td className="py-1 text-end">{bar.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
