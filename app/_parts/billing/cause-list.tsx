import { Facts } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { causes, type Causes } from '#server/billing/schema.ts'
import { texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'

/** What moved the sum since last month; only causes that moved it. They add up to the change exactly. */
export function CauseList({ moved, currency, locale }: { moved: Causes; currency: Currency; locale: Locale }) {
  const t = texts(locale)
  const shown = causes.filter(cause => moved[cause] !== 0n)
  if (shown.length === 0) return <p className="text-note">{t('billing.causes.none')}</p>
  return <Facts facts={shown.map(cause => ({ term: t(`billing.causes.${cause}`), value: <Money amount={moved[cause]} currency={currency} locale={locale} signed /> }))} />
}
