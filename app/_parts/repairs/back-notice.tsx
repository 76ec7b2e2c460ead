import type { OutputOf } from '#app/_client/trpc.ts'
import { Notice } from '#app/_ui/notice.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { localDateOf } from '#server/kernel/period.ts'

type Share = OutputOf<'repairs.fund'>['programmes'][number]['shares'][number]
type Props = { share: Share; currency: Currency; locale: Locale }

/** What is to be given back to this payer, and what became of each request. */
export function BackNotice({ share: { refundable, refunds }, currency, locale }: Props) {
  if (refundable === 0n && refunds.length === 0) return null
  const t = texts(locale)
  const sum = (amount: bigint) => formatMoney(amount, currency, locale)
  const line = (each: Share['refunds'][number]) => {
    const date = formatDate(localDateOf(each.decidedAt ?? each.requestedAt))
    return t(`repairs.back.${each.approved === null ? 'waiting' : each.approved ? 'approved' : 'declined'}`, { date, sum: sum(each.amount), ground: each.ground ?? '' })
  }
  return (
    <Notice tone="info" title={refundable > 0n ? `${t('repairs.back.title')}: ${sum(refundable)}` : t('repairs.back.list')}>
      {refundable > 0n && <p>{t('repairs.back.note')}</p>}
      {refunds.length > 0 && <ul aria-label={t('repairs.back.list')}>{refunds.map(each => <li key={each.refundId}>{line(each)}</li>)}</ul>}
    </Notice>
  )
}
