import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { Card, Figure } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { formatLongDate, isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string; number: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('payments.proof.title') } : {}
}

/** A signed code that nothing of the flat is overdue, to be shown to whoever would switch something off. */
export default async function ProofPage({ params }: Props) {
  const { locale, number } = await params
  if (!isLocale(locale) || !/^\d{10}$/.test(number)) notFound()
  const api = await caller(locale)
  if (!await api.identity.me()) redirect(`/${locale}/sign-in?next=/${locale}/pay/${number}/proof`)
  const screen = await api.payments.proof({ number }).catch(() => null)
  if (!screen) notFound()
  const t = texts(locale)
  const { payable, proof, overdue, validUntil } = screen
  return (
    <div className="flex flex-col gap-5">
      <PageTitle back={{ href: `/${locale}/payments`, word: t('payments.receipt.back') }} note={`${payable.houseName}, ${t(`identity.unit.${payable.unitKind}`, { number: payable.unitNumber })}`}>
        {t('payments.proof.title')}
      </PageTitle>
      {proof === null ? (
        <Card actions={<LinkButton kind="main" wide href={`/${locale}/pay/${number}`}>{t('payments.proof.pay')}</LinkButton>}>
          <Figure label={t('payments.proof.overdue')} value={<Money amount={overdue} currency={payable.currency} locale={locale} size="sum" />} reason={t('payments.proof.overdueNote')} />
        </Card>
      ) : (
        <>
          <Notice tone="good" title={t('payments.proof.none')}>{t('payments.proof.show')}</Notice>
          {/* Dark on light in every theme: cameras read nothing else. */}
          <div className="self-center rounded-card p-2" style={{ background: '#fff' }}>
            <img src={`data:image/svg+xml;base64,${Buffer.from(proof.qr).toString('base64')}`} alt={t('payments.proof.qr')} width={304} height={304} />
          </div>
          <Facts facts={[
            { term: t('payments.proof.validUntil'), value: formatLongDate(validUntil, locale) },
            { term: t('payments.proof.account'), value: formatAccountNumber(payable.accountNumber) },
          ]} />
          <p className="text-small text-note">{t('payments.proof.onlyFact')}</p>
        </>
      )}
    </div>
  )
}
