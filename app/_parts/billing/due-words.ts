import type { Texts } from '#server/infra/texts.ts'
import { formatDay, formatMoney, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { lateOf } from '#server/payments/dues/rules.ts'

type Facts = { bill: bigint; months: readonly { total: bigint; dueOn: LocalDate }[]; today: LocalDate; currency: Currency; locale: Locale; t: Texts }

/** Until when a sum is to be paid, and what of it should have been paid before; empty where nothing is owed. */
export function dueWords({ bill, months, today, currency, locale, t }: Facts): string {
  const { amount, since } = lateOf(bill, months, today)
  const until = months.at(-1)?.dueOn
  if (bill <= 0n || until === undefined) return ''
  const date = (day: LocalDate) => formatDay(day, today, locale)
  if (amount === 0n) return t('billing.list.until', { date: date(until) })
  // A debt brought from an older system has no bill, and so no day.
  if (amount >= bill) return since === null ? t('billing.list.late') : t('billing.list.wasDue', { date: date(since) })
  const words = { sum: formatMoney(amount, currency, locale), date: date(until) }
  return since === null ? t('billing.list.partLateNoDay', words) : t('billing.list.partLate', { ...words, since: date(since) })
}
