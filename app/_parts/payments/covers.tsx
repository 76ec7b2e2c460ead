import type { ReactNode } from 'react'
import { Facts } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDate, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { fundName, type FundAmount } from '#server/payments/rules.ts'

type Rule = { readonly ruleId: string; readonly validFrom: string; readonly fundOrder: readonly string[] }
type Props = { parts: readonly FundAmount[]; /** Null: the number itself names the fund. */ rule: Rule | null; currency: Currency; locale: Locale; children?: ReactNode }

/** What a payment covers, fund by fund, and the dated order in which it is split. */
export function Covers({ parts, rule, currency, locale, children }: Props) {
  const t = texts(locale)
  const name = (fund: string) => t(`payments.funds.${fundName(fund)}`)
  return (
    <>
      <Facts facts={parts.map(part => ({ term: name(part.fund), value: <Money amount={part.amount} currency={currency} locale={locale} /> }))} />
      {rule && <p className="text-small text-note">{t('payments.screen.order', { rule: rule.ruleId, date: formatDate(rule.validFrom) })}: {rule.fundOrder.map(name).join(' → ')}. {children}</p>}
    </>
  )
}
