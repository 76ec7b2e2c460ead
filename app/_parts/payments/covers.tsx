import type { ReactNode } from 'react'
import { section, texts } from '#server/infra/texts.ts'
import { formatDate, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { fundName, type FundAmount } from '#server/payments/split/rules.ts'
import { CoverParts } from './cover-parts.tsx'

type Rule = { readonly ruleId: string; readonly validFrom: string; readonly fundOrder: readonly string[] }
type Props = { parts: readonly FundAmount[]; /** Null: the number itself names the fund. */ rule: Rule | null; currency: Currency; locale: Locale; children?: ReactNode }

/** What a payment covers, fund by fund, and the dated order in which it is split. */
export function Covers({ parts, rule, currency, locale, children }: Props) {
  return (
    <>
      <CoverParts parts={parts} words={section(locale, 'payments.funds')} currency={currency} locale={locale} />
      {rule && <CoverOrder rule={rule} locale={locale}>{children}</CoverOrder>}
    </>
  )
}

/** The dated order in which a payment is split. */
export function CoverOrder({ rule, locale, children }: { rule: Rule; locale: Locale; children?: ReactNode }) {
  const t = texts(locale)
  return <p className="text-small text-note">{t('payments.screen.order', { rule: rule.ruleId, date: formatDate(rule.validFrom) })}: {rule.fundOrder.map(fund => t(`payments.funds.${fundName(fund)}`)).join(' → ')}. {children}</p>
}
