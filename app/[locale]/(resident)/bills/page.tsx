import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { KeepBill } from '#app/_client/keep-offline.tsx'
import { dueWords } from '#app/_parts/billing/due-words.ts'
import { YearChart } from '#app/_parts/billing/year-chart.tsx'
import { Card } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { formatMoney, formatPeriod, isLocale, type Locale } from '#server/kernel/format.ts'
import { duesOf, type Dues } from '#server/payments/dues/rules.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('billing.list.title') } : {}
}

/** What I owe and until when, the year in a picture, and every bill. */
export default async function BillsPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/bills`)
  const t = texts(locale)
  const accounts = await api.billing.mine()
  const payables = accounts.length > 0 ? await api.payments.mine() : []
  const shown = accounts.map(account => ({ account, dues: duesOf(account, payables.find(payable => payable.accountId === account.accountId), me.today) }))
  // One main button on the screen: the first account that owes.
  const main = shown.find(({ account, dues }) => account.lastBill && dues.bill > 0n)?.account
  return (
    <div className="flex flex-col gap-5">
      <PageTitle>{t('billing.list.title')}</PageTitle>
      {accounts.length === 0 && (
        <EmptyState icon="wallet" title={t('billing.list.noHome')} actions={<LinkButton kind="main" href={`/${locale}/profile/link-home`}>{t('billing.list.link')}</LinkButton>} />
      )}
      {shown.map(({ account, dues }) => <AccountBills key={account.accountId} account={account} dues={dues} locale={locale} today={me.today} main={account === main} />)}
    </div>
  )
}

type AccountProps = { account: OutputOf<'billing.mine'>[number]; dues: Dues; locale: Locale; today: string; main: boolean }

function AccountBills({ account, dues, locale, today, main }: AccountProps) {
  const t = texts(locale)
  const { currency, lastBill, accountNumber, house, months } = account
  const label = `${house.name}, ${t(`identity.unit.${house.unitKind}`, { number: house.unitNumber })}`
  if (!lastBill) return <Card title={label}><EmptyState icon="paper" title={t('billing.list.empty')}>{t('billing.list.emptyNote')}</EmptyState></Card>
  const due = dues.bill
  return (
    <section className="flex flex-col gap-3">
      <Card title={label} actions={due > 0n && <LinkButton kind={main ? 'main' : 'plain'} wide href={`/${locale}/pay/${accountNumber}`}>{t('billing.list.pay', { sum: formatMoney(due, currency, locale) })}</LinkButton>}>
        <div>
          <p className="text-small text-note">{t(due > 0n ? 'billing.list.owed' : due < 0n ? 'billing.list.overpaid' : 'billing.list.nothing')}</p>
          <Money amount={due < 0n ? -due : due} currency={currency} locale={locale} size="sum" />
          {due > 0n && <p className="text-small text-note">{dueWords({ bill: due, months, today, currency, locale, t })}</p>}
          {dues.disputed > 0n && <p className="text-small text-note">{t('inputs.ofItDisputed', { sum: formatMoney(dues.disputed, currency, locale) })}</p>}
          {dues.moving > 0n && <p className="text-small text-note">{t('billing.list.inFlight', { sum: formatMoney(dues.moving, currency, locale) })}</p>}
        </div>
        <YearChart months={months} currency={currency} locale={locale} />
      </Card>
      <List label={t('billing.list.all')}>
        {months.toReversed().map(month => (
          <Row key={month.period} title={formatPeriod(month.period, locale)} href={`/${locale}/bills/${accountNumber}/${month.period}`}
            value={<Money amount={month.total} currency={currency} locale={locale} />} />
        ))}
      </List>
      <KeepBill bill={{ addressLabel: label, period: lastBill.period, amount: due > 0n ? due : 0n, currency, dueDate: lastBill.dueOn }} />
    </section>
  )
}
