import type { OutputOf } from '#app/_client/trpc.ts'
import { Facts } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { TitleText } from './title-text.tsx'

type Props = { estimate: OutputOf<'repairs.programme'>['estimates'][number]; currency: Currency; locale: Locale }

/** One version of the estimate: its total, which opens to its lines. */
export function EstimateSheet({ estimate, currency, locale }: Props) {
  const t = texts(locale)
  const money = (amount: bigint) => <Money amount={amount} currency={currency} locale={locale} />
  return (
    <Sheet summary={t('repairs.fund.estimate', { version: estimate.version })} value={money(estimate.total)}>
      <Facts facts={[
        ...estimate.lines.map(line => ({ term: <><TitleText title={line.title} locale={locale} /> · {formatNumber(line.quantity)} {line.unit}</>, value: money(line.amount) })),
        ...(estimate.vatAmount > 0n ? [{ term: t('repairs.fund.vat', { percent: formatNumber(estimate.vatPercent) }), value: money(estimate.vatAmount) }] : []),
        { term: t('repairs.fund.total'), value: <strong>{money(estimate.total)}</strong> },
      ]} />
      {estimate.decisionNumber && estimate.decisionOn && <p className="text-small text-note">{t('repairs.fund.decision', { number: estimate.decisionNumber, date: formatDate(estimate.decisionOn) })}</p>}
    </Sheet>
  )
}
