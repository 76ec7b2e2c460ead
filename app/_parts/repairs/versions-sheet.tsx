import type { OutputOf } from '#app/_client/trpc.ts'
import { Facts } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, formatNumber, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'

type Version = OutputOf<'repairs.fund'>['programmes'][number]['shares'][number]['versions'][number]
type Props = { versions: readonly Version[]; currency: Currency; locale: Locale }

/** What each version of the estimate changed of one's own part: before, after, the difference, and the sum to reckon again. */
export function VersionsSheet({ versions, currency, locale }: Props) {
  const t = texts(locale)
  const money = (amount: bigint) => <Money amount={amount} currency={currency} locale={locale} />
  return (
    <Sheet summary={t('repairs.versions.title')} value={formatNumber(String(versions.length))}>
      {versions.toReversed().map(each => (
        <div key={each.version} className="flex flex-col gap-1.5 border-b border-line pb-3 last:border-0 last:pb-0">
          <h3 className="font-semibold">{t('repairs.versions.version', { version: each.version })}</h3>
          <p className="text-small text-note">{t('repairs.fund.decision', { number: each.decisionNumber, date: formatDate(each.decisionOn) })}</p>
          <Facts facts={[
            { term: t('repairs.versions.before'), value: money(each.before) },
            { term: t('repairs.versions.after'), value: money(each.after) },
            { term: t('repairs.versions.delta'), value: <strong>{money(each.delta)}</strong> },
          ]} />
          <p className="figures text-small">
            {t('repairs.versions.formula', { owners: formatMoney(each.ownersTotal, currency, locale), area: formatNumber(each.areaM2), house: formatNumber(each.houseAreaM2), part: formatMoney(each.after, currency, locale) })}
          </p>
          {each.delta < 0n && <p className="text-small text-note">{t('repairs.versions.lowered')}</p>}
        </div>
      ))}
      <p className="text-small text-note">{t('repairs.versions.formulaNote')}</p>
    </Sheet>
  )
}
