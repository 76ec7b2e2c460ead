import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { KeepBill } from '#app/_client/keep-offline.tsx'
import type { OutputOf } from '#app/_client/trpc.ts'
import { dueWords } from '#app/_parts/billing/due-words.ts'
import { Card } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { formatDay, formatMoney, formatPeriod, isLocale, type Locale } from '#server/kernel/format.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { duesOf, type Dues } from '#server/payments/dues/rules.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('home.payments.title') } : {}
}

/** What I owe, then everything about money one tap behind. */
export default async function PaymentsPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/payments`)
  const [accounts, payables] = await Promise.all([api.billing.mine(), api.payments.mine()])
  const t = texts(locale)
  return (
    <div className="flex flex-col gap-5">
      <PageTitle>{t('home.payments.title')}</PageTitle>
      {accounts.length === 0 && (
        <EmptyState icon="wallet" title={t('home.payments.noHome')}
          actions={<LinkButton kind="main" href={`/${locale}/profile/link-home`}>{t('home.payments.link')}</LinkButton>} />
      )}
      {accounts.map((account, index) => (
        <AccountCard key={account.accountId} account={account} dues={duesOf(account, payables.find((payable) => payable.accountId === account.accountId), me.today)} locale={locale} today={me.today} main={index === 0} />
      ))}
      {accounts.length > 0 && (
        <List label={t('home.payments.title')}>
          <Row icon="paper" title={t('home.payments.bills')} href={`/${locale}/bills`} />
          <Row icon="clock" title={t('home.payments.history')} note={t('home.payments.historyNote')} href={`/${locale}/pay`} />
          <Row icon="star" title={t('home.payments.fund')} note={t('home.payments.fundNote')} href={`/${locale}/fund`} />
        </List>
      )}
    </div>
  )
}

type AccountProps = { account: OutputOf<'billing.mine'>[number]; dues: Dues; locale: Locale; today: LocalDate; main: boolean }

function AccountCard({ account, dues, locale, today, main }: AccountProps) {
  const t = texts(locale)
  const { currency, lastBill, accountNumber, house } = account
  const balance = dues.bill
  const label = `${house.name}, ${t(`identity.unit.${house.unitKind}`, { number: house.unitNumber })}`
  return (
    <Card
      title={label}
      actions={
        <>
          {balance > 0n && <LinkButton kind={main ? 'main' : 'plain'} wide href={`/${locale}/pay/${accountNumber}`}>{t('home.payments.pay', { sum: formatMoney(balance, currency, locale) })}</LinkButton>}
          {dues.instalments.map((instalment) => (
            <LinkButton key={instalment.invoiceId} wide href={`/${locale}/pay/${instalment.number}`}>
              {t('home.payments.instalment', { sum: formatMoney(instalment.amount, currency, locale), date: formatDay(instalment.dueOn, today, locale) })}
            </LinkButton>
          ))}
          {dues.bill <= 0n && lastBill && <LinkButton kind="quiet" href={`/${locale}/pay/${accountNumber}/proof`}>{t('payments.proof.link')}</LinkButton>}
          {lastBill && <LinkButton kind="quiet" href={`/${locale}/bills/${accountNumber}/${lastBill.period}`}>{t('home.payments.bill', { period: formatPeriod(lastBill.period, locale) })}</LinkButton>}
        </>
      }
    >
      <AccountSum dues={dues} account={account} locale={locale} today={today} />
      {lastBill && <KeepBill bill={{ addressLabel: label, period: lastBill.period, amount: balance > 0n ? balance : 0n, currency, dueDate: lastBill.dueOn }} />}
    </Card>
  )
}

function AccountSum({ dues: { bill: balance, moving, disputed }, account: { currency, lastBill, months }, locale, today }: Omit<AccountProps, 'main'>) {
  const t = texts(locale)
  const due = dueWords({ bill: balance, months, today, currency, locale, t })
  return (
    <div>
      <p className="text-small text-note">{t(balance > 0n ? 'home.payments.owed' : balance < 0n ? 'home.payments.overpaid' : 'home.payments.nothing')}</p>
      <Money amount={balance < 0n ? -balance : balance} currency={currency} locale={locale} size="sum" />
      <p className="text-small text-note">{lastBill ? due : t('home.payments.noBill')}</p>
      {disputed > 0n && <p>{t('inputs.ofItDisputed', { sum: formatMoney(disputed, currency, locale) })}</p>}
      {moving > 0n && <p>{t('home.rows.inFlight', { sum: formatMoney(moving, currency, locale) })}</p>}
    </div>
  )
}
