import type { OutputOf } from '#app/_client/trpc.ts'
import { Card } from '#app/_ui/card.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDateTime, type Locale } from '#server/kernel/format.ts'

type Payment = OutputOf<'payments.screen'>['payments'][number]
type Props = { payments: readonly Payment[]; buildingId: string; locale: Locale; title: string }

/** Payments with their three moments in words; each opens its receipt. */
export function PaymentList({ payments, buildingId, locale, title }: Props) {
  const t = texts(locale)
  if (payments.length === 0) return null
  return (
    <Card title={title}>
      <List label={title}>
        {payments.map(payment => (
          <Row key={payment.paymentId} href={`/${locale}/pay/receipt/${buildingId}/${payment.paymentId}`}
            title={t(`payments.states.${payment.state}`)} note={`${t(`payments.providers.${payment.provider}`)} · ${formatDateTime(payment.postedAt ?? payment.acceptedAt)}`}
            value={<Money amount={payment.amount} currency={payment.currency} locale={locale} />} />
        ))}
      </List>
    </Card>
  )
}
