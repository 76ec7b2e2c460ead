import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { PaymentList } from '#app/_parts/payments/payment-list.tsx'
import { Card, Figure } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { formatDay, formatMoney, isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('payments.list.title') } : {}
}

/** Every account with what is owed, its instalments, and what was paid. */
export default async function PayListPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/pay`)
  const t = texts(locale)
  const list = await api.payments.mine()
  // One main button on the screen: the first account that owes.
  const main = list.find(account => account.due > 0n)?.accountId
  return (
    <div className="flex flex-col gap-5">
      <PageTitle back={{ href: `/${locale}/payments`, word: t('payments.receipt.back') }} note={t('payments.list.note')}>{t('payments.list.title')}</PageTitle>
      {list.length === 0 && <EmptyState icon="wallet" title={t('payments.list.empty')} />}
      {list.map(account => {
        const { due } = account
        const open = account.invoices.filter(invoice => invoice.state === 'OPEN')
        return (
          <section key={account.accountId} className="flex flex-col gap-3">
            <Card title={t('payments.list.unit', { house: account.houseName, unit: t(`identity.unit.${account.unitKind}`, { number: account.unitNumber }) })}
              actions={<LinkButton kind={account.accountId === main ? 'main' : 'plain'} wide href={`/${locale}/pay/${account.number}`}>
                {due > 0n ? t('payments.list.pay', { sum: formatMoney(due, account.currency, locale) }) : t('payments.list.payAhead')}</LinkButton>}>
              <Figure label={due > 0n ? t('payments.list.owed') : t('payments.list.nothing')} value={<Money amount={due} currency={account.currency} locale={locale} size="sum" />} />
            </Card>
            <List label={t('payments.proof.title')}>
              <Row icon="paper" href={`/${locale}/pay/${account.number}/proof`} title={t('payments.proof.link')} note={t('payments.proof.linkNote')} />
            </List>
            {open.length > 0 && (
              <Card title={t('payments.list.invoices')}>
                <List label={t('payments.list.invoices')}>
                  {open.map(invoice => <Row key={invoice.invoiceId} href={`/${locale}/pay/${invoice.number}`} title={t('payments.list.invoice', { date: formatDay(invoice.dueOn, me.today, locale) })}
                    value={<Money amount={invoice.amount} currency={account.currency} locale={locale} />} />)}
                </List>
              </Card>
            )}
            <PaymentList payments={account.payments} buildingId={account.buildingId} locale={locale} title={t('payments.list.history')} />
          </section>
        )
      })}
    </div>
  )
}
