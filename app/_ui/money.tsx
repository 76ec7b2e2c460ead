import type { Locale } from '#server/kernel/format.ts'
import { formatMoney } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'

const sizes = {
  sum: 'text-sum font-semibold',
  title: 'text-title font-semibold',
  /** As large as the words around it. */
  body: '',
  small: 'text-small',
} as const

export type MoneyProps = {
  /** Minor units: tiyin or tiyn. */
  amount: bigint
  currency: Currency
  locale: Locale
  size?: keyof typeof sizes
  /** Writes a plus before a rise, for causes of change. */
  signed?: boolean
}

export function Money({ amount, currency, locale, size = 'body', signed = false }: MoneyProps) {
  const plus = signed && amount > 0n ? '+' : ''
  const text = plus + formatMoney(amount, currency, locale)
  // Its figures never part; where text is very large the currency may stand under them.
  const end = text.lastIndexOf('\u00A0') + 1
  return (
    <data value={amount.toString()} className={`figures ${sizes[size]}`}>
      {text.slice(0, end)}
      <wbr />
      {text.slice(end)}
    </data>
  )
}
