import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { Covers } from '#app/_parts/payments/covers.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Card, Figure } from '#app/_ui/card.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { formatDateTime, isLocale } from '#server/kernel/format.ts'
import { fiscalReceiptsOf } from '#server/payments/rules.ts'

type Props = { params: Promise<{ locale: string; building: string; payment: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('payments.receipt.title') } : {}
}

/** One payment: paid at, accepted at, posted at; the paper when it is posted. */
export default async function ReceiptPage({ params }: Props) {
  const { locale, building, payment } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  if (!await api.identity.me()) redirect(`/${locale}/sign-in?next=/${locale}/pay`)
  const receipt = await api.payments.receipt({ buildingId: building, paymentId: payment }).catch(() => null)
  if (!receipt) notFound()
  const t = texts(locale)
  const moment = (at: Date | null) => at ? formatDateTime(at) : t('payments.moments.notYet')
  const receipts = fiscalReceiptsOf(receipt)
  const unit = t(`identity.unit.${receipt.unitKind}`, { number: receipt.unitNumber })
  return (
    <div className="flex flex-col gap-5">
      <PageTitle back={{ href: `/${locale}/pay`, word: t('payments.receipt.back') }} note={`${receipt.houseName}, ${unit}`}>{t('payments.receipt.title')}</PageTitle>
      <Card>
        <Figure label={t(`payments.states.${receipt.state}`)} value={<Money amount={receipt.amount} currency={receipt.currency} locale={locale} size="sum" />} />
        <Facts facts={[
          ...(receipt.paidAt ? [{ term: t('payments.moments.paid'), value: moment(receipt.paidAt) }] : []),
          { term: t('payments.moments.accepted'), value: moment(receipt.acceptedAt) },
          { term: t('payments.moments.posted'), value: moment(receipt.postedAt) },
          ...(receipt.state === 'REFUNDED' ? [{ term: t('payments.moments.refunded'), value: moment(receipt.cancelledAt) }] : []),
          { term: t('payments.receipt.account'), value: formatAccountNumber(receipt.accountNumber) },
          { term: t('payments.receipt.provider'), value: t(`payments.providers.${receipt.provider}`) },
          { term: t('payments.receipt.operation'), value: <span className="break-all">{receipt.externalId}</span> },
        ]} />
      </Card>
      {receipt.split.length > 0 && (
        <Card title={t('payments.paper.covers')}>
          <Covers parts={receipt.split} rule={receipt.rule} currency={receipt.currency} locale={locale} />
        </Card>
      )}
      {receipts.map(fiscal => (
        <Card key={fiscal.kind} title={t(fiscal.kind === 'CANCEL' ? 'payments.paper.fiscalReturn' : 'payments.paper.fiscal')}>
          <Facts facts={[
            { term: t('payments.receipt.fiscalNumber'), value: fiscal.receipt },
            { term: t('payments.receipt.fiscalSign'), value: fiscal.sign },
            ...(fiscal.item ? [{ term: fiscal.item.title, value: <span className="break-all">{fiscal.item.code}</span> },
              { term: t('payments.receipt.vat', { percent: fiscal.item.vatPercent }), value: <Money amount={fiscal.item.vat} currency={receipt.currency} locale={locale} /> }] : []),
          ]} />
          {fiscal.link !== null && <LinkButton href={fiscal.link}>{t('payments.receipt.fiscalOpen')}</LinkButton>}
        </Card>
      ))}
      {receipt.postedAt
        ? <form method="post" action={`/api/receipts/${locale}/${building}/${payment}`}><Button type="submit" kind="main" icon="download" wide>{t('payments.receipt.download')}</Button></form>
        : <Notice tone="waiting">{t('payments.receipt.pending')}</Notice>}
    </div>
  )
}
