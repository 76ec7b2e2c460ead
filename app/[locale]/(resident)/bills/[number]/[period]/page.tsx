import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { KeepBill } from '#app/_client/keep-offline.tsx'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { CauseList } from '#app/_parts/billing/cause-list.tsx'
import { dueWords } from '#app/_parts/billing/due-words.ts'
import { LineList } from '#app/_parts/billing/line-list.tsx'
import { SimilarCard } from '#app/_parts/billing/similar-card.tsx'
import { YearChart } from '#app/_parts/billing/year-chart.tsx'
import { SealCard } from '#app/_parts/ledger/seal-card.tsx'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Card, Figure } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { caller } from '#server/api/caller.ts'
import type { OutputOf } from '#app/_client/trpc.ts'
import { explainChange, pricedLines, sumCauses } from '#server/billing/changes/rules.ts'
import { findingInWords, serviceName } from '#server/billing/explanation/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { formatDate, formatDay, formatMoney, formatPeriod, isLocale, type Locale } from '#server/kernel/format.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { duesOf } from '#server/payments/dues/rules.ts'
import { paperSum } from '#server/payments/pay-for/rules.ts'

type Props = { params: Promise<{ locale: string; number: string; period: string }> }
type Page = OutputOf<'billing.bill'>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale, period } = await params
  return isLocale(locale) && /^\d{4}-\d{2}$/.test(period) ? { title: texts(locale)('billing.bill.title', { period: formatPeriod(period, locale) }) } : {}
}

/** One month: one number, one button, lines that open to how. */
export default async function BillScreen({ params }: Props) {
  const { locale, number, period } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const page = await billOrNothing(() => api.billing.bill({ number, period }))
  if (page === 'stranger') redirect(`/${locale}/sign-in?next=/${locale}/bills/${number}/${period}`)
  if (page === null) notFound()
  const { bill, house } = page
  const t = texts(locale)
  const label = `${house.name}, ${t(`identity.unit.${house.unitKind}`, { number: house.unitNumber })}`
  const { bill: due, moving, instalments } = duesOf(page, page.payable, page.today)
  const isLast = page.months.at(-1)?.period === period
  return (
    <div className="flex flex-col gap-5">
      <PageTitle back={{ href: `/${locale}/bills`, word: t('billing.bill.back') }} note={label}>{t('billing.bill.title', { period: formatPeriod(period, locale) })}</PageTitle>
      <Card>
        <Figure label={t('billing.bill.now')} value={<Money amount={due > 0n ? due : 0n} currency={bill.currency} locale={locale} size="sum" />}
          reason={due > 0n ? dueWords({ bill: due, months: page.months, today: page.today, currency: bill.currency, locale, t }) : t('billing.list.nothing')} />
        {moving > 0n && <p className="text-small text-note">{t('billing.list.inFlight', { sum: formatMoney(moving, bill.currency, locale) })}</p>}
        {/* Of the repair, each by its own number: why the sum above is less than the bill's last row. */}
        {isLast && instalments.map(each => (
          <LinkButton key={each.invoiceId} wide href={`/${locale}/pay/${each.number}`}>{t('home.payments.instalment', { sum: formatMoney(each.amount, bill.currency, locale), date: formatDay(each.dueOn, page.today, locale) })}</LinkButton>
        ))}
      </Card>
      <Replaced page={page} locale={locale} />
      <LineList lines={pricedLines(bill)} currency={bill.currency} locale={locale} href={key => `/${locale}/bills/${number}/${period}/${key}`}
        disputed={new Map(page.disputes.filter(each => each.kind === 'LINE' && each.period === period).map(each => [each.subject, each.number]))} />
      <Totals page={page} locale={locale} />
      <LinkButton wide icon="info" href={`/${locale}/bills/${number}/${period}/inputs`}>{t('inputs.open')}</LinkButton>
      {bill.findings.length > 0 && (
        <Notice tone="care" title={t('billing.bill.findings')}>{bill.findings.map(finding => <p key={`${finding.service}.${finding.code}.${finding.kind ?? finding.premisesId ?? ''}`}>{findingInWords(finding, t)}</p>)}</Notice>
      )}
      <Change page={page} locale={locale} />
      <SimilarCard page={page} locale={locale} />
      <Card title={t('billing.bill.year')}><YearChart months={page.months.filter(month => month.period <= period)} currency={bill.currency} locale={locale} /></Card>
      <Paper page={page} locale={locale} />
      {due > 0n && (
        <ActBar><LinkButton kind="main" wide href={`/${locale}/pay/${page.accountNumber}`}>{t('billing.list.pay', { sum: formatMoney(due, bill.currency, locale) })}</LinkButton></ActBar>
      )}
      {isLast && <KeepBill bill={{ addressLabel: label, period, amount: due > 0n ? due : 0n, currency: bill.currency, dueDate: bill.dueOn }} />}
    </div>
  )
}

/** What was taken back stands beside what is: the sum, the day, why, and each line as it was. */
function Replaced({ page: { bill, replaced }, locale }: { page: Page; locale: Locale }) {
  if (replaced.length === 0) return null
  const t = texts(locale)
  const money = (amount: bigint) => formatMoney(amount, bill.currency, locale)
  return (
    <Notice tone="care" title={t('billing.bill.replacedTitle')}>
      {replaced.map(old => (
        <div key={old.number}>
          <p>{t('billing.bill.replaced', { number: old.number, sum: money(old.total), date: formatDate(localDateOf(new Date(old.takenBackAt))), ground: old.ground })}</p>
          <Sheet flat summary={t('billing.bill.replacedOpen', { number: old.number })}>
            <Facts facts={pricedLines(old).map(({ item, line }) => ({ term: serviceName(item, t), value: money(BigInt(line.net) + BigInt(line.vat)) }))} />
          </Sheet>
        </div>
      ))}
    </Notice>
  )
}

function Totals({ page: { bill, disputes }, locale }: { page: Page; locale: Locale }) {
  const t = texts(locale)
  const money = (amount: bigint) => <Money amount={amount} currency={bill.currency} locale={locale} />
  const disputed = disputes.filter(each => each.period === bill.period).reduce((sum, each) => sum + each.amount, 0n)
  const before = bill.openingBalance < 0n ? 'billing.bill.openingAdvance' : 'billing.bill.openingDebt'
  return (
    <Facts facts={[
      { term: t('billing.bill.total'), value: <strong>{money(bill.total)}</strong> },
      ...(disputed === 0n ? [] : [{ term: t('inputs.disputedSum'), value: money(disputed) }]),
      ...(bill.openingBalance === 0n ? [] : [{ term: t(before), value: money(bill.openingBalance) }, { term: t('billing.bill.closing'), value: <strong>{money(paperSum(bill))}</strong> }]),
    ]} />
  )
}

function Change({ page: { bill, previous }, locale }: { page: Page; locale: Locale }) {
  if (!previous) return null
  const t = texts(locale)
  const changes = explainChange(previous, bill)
  const change = changes.reduce((sum, each) => sum + each.change, 0n)
  const sum = formatMoney(change < 0n ? -change : change, bill.currency, locale)
  const title = change === 0n ? t('billing.bill.changeSame') : t(change > 0n ? 'billing.bill.change' : 'billing.bill.changeLess', { sum })
  const moved = changes.filter(each => each.change !== 0n)
  return (
    <Sheet id="change" summary={title}>
      <CauseList moved={sumCauses(changes)} currency={bill.currency} locale={locale} />
      {moved.length > 0 && (
        <>
          <h3 className="font-semibold">{t('billing.bill.changeByService')}</h3>
          <Facts facts={moved.map(each => ({ term: t(`billing.services.${each.service}`), value: <Money amount={each.change} currency={bill.currency} locale={locale} signed /> }))} />
        </>
      )}
    </Sheet>
  )
}

function Paper({ page, locale }: { page: Page; locale: Locale }) {
  const t = texts(locale)
  const { bill } = page
  return (
    <Card>
      <Facts facts={[
        { term: t('billing.bill.account'), value: <span className="whitespace-nowrap">{formatAccountNumber(page.accountNumber)}</span> },
        { term: t('billing.bill.number'), value: bill.number },
      ]} />
      <form method="post" action={`/api/bills/${locale}/${page.accountNumber}/${bill.period}`}>
        <Button type="submit" icon="download" wide>{t('billing.bill.pdf')}</Button>
      </form>
      <Sheet flat summary={t('billing.bill.seal', { hash: bill.hash.slice(0, 8) })}><p className="text-small text-note">{t('billing.bill.sealNote')}</p><p className="figures text-small break-all">{bill.hash}</p></Sheet>
      {page.seal && <SealCard buildingId={bill.buildingId} seal={page.seal} locale={locale} />}
    </Card>
  )
}
