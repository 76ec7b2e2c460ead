import type { Texts } from '#server/infra/texts.ts'
import { formatPeriod, type Locale } from '#server/kernel/format.ts'
import type { Period } from '#server/kernel/period.ts'

/** The months of a debt, 'August 2026 — October 2026'; one month by itself. */
export function spanOf(from: Period, to: Period, { t, locale }: { t: Texts; locale: Locale }): string {
  const [first, last] = [formatPeriod(from, locale), formatPeriod(to, locale)]
  return from === to ? first : t('court.span', { from: first, to: last })
}
