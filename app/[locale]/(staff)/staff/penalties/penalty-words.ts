import type { OutputOf } from '#app/_client/trpc.ts'
import { isDraft } from '#app/_parts/billing/drafts.ts'
import type { Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber } from '#server/kernel/format.ts'

export type PenaltyDesk = OutputOf<'billing.penalties'>
export type PenaltyRow = PenaltyDesk['rows'][number]

export const penaltiesHref = (locale: string, more: Record<string, string> = {}): string => {
  const asked = new URLSearchParams(more).toString()
  return `/${locale}/staff/penalties${asked === '' ? '' : `?${asked}`}`
}
export const rateOf = ({ formula, dailyPercent, factor }: PenaltyRow, t: Texts): string => t(`penalties.rates.${formula}`, formula === 'DAILY' ? { rate: formatNumber(dailyPercent ?? '0') } : { factor: formatNumber(factor ?? '0') })
export const capOf = ({ capPercent }: PenaltyRow, t: Texts): string => t('penalties.rates.cap', { cap: formatNumber(capPercent) })
export const lastDayOf = (to: string | null, t: Texts): string => to === null ? t('penalties.list.open') : formatDate(to)

/** The state with what limits it: switched off, not checked with the text of the act. Of a draft its own word is enough. */
export function stateOf(row: PenaltyRow, t: Texts): string {
  const { state, enabled, verified } = row
  const off = !enabled && (state === 'IN_FORCE' || state === 'COMING')
  return [off ? t('penalties.list.off') : t(`penalties.states.${state}`), verified || isDraft(row) ? '' : t('penalties.list.unverified')].filter(Boolean).join(', ')
}
