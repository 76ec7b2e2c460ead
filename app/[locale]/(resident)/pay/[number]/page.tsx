import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { dueWords } from '#app/_parts/billing/due-words.ts'
import { AccountLines } from '#app/_parts/repairs/account-lines.tsx'
import { CoverOrder, Covers } from '#app/_parts/payments/covers.tsx'
import { PaymentList } from '#app/_parts/payments/payment-list.tsx'
import { Card, Figure } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { caller } from '#server/api/caller.ts'
import { splitPayment } from '#server/payments/split/rules.ts'
import type { OutputOf } from '#app/_client/trpc.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { formatDay, formatMoney, formatTime, isLocale, type Locale } from '#server/kernel/format.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { CameBack } from './came-back.tsx'
import { PayForm, type PayWords } from './pay-form.tsx'
import { Withdraw } from './withdraw.tsx'

type Props = { params: Promise<{ locale: string; number: string }>; searchParams: Promise<{ back?: string }> }
type Screen = OutputOf<'payments.screen'>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('payments.screen.title') } : {}
}

/** One sum, what it covers, one button; what is on its way is told and is never a debt. */
export default async function PayPage({ params, searchParams }: Props) {
  const [{ locale, number }, { back }] = await Promise.all([params, searchParams])
  if (!isLocale(locale) || !/^\d{10}$/.test(number)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/pay/${number}`)
  const screen = await api.payments.screen({ number }).catch(() => null)
  if (!screen) notFound()
  const t = texts(locale)
  const { payable, payments } = screen
  const unit = t(`identity.unit.${payable.unitKind}`, { number: payable.unitNumber })
  const open = payable.state === 'OPEN'
  return (
    <div className="flex flex-col gap-5">
      <PageTitle back={{ href: `/${locale}/payments`, word: t('payments.receipt.back') }} note={`${payable.houseName}, ${unit}`}>
        {t(payable.amount === null ? 'payments.screen.title' : 'payments.screen.invoiceTitle')}
      </PageTitle>
      {back && <CameBack number={number} buildingId={payable.buildingId} intentId={back} words={{ title: t('payments.back.title'), waiting: t('payments.back.waiting') }} />}
      <OnTheWay screen={screen} locale={locale} t={t} />
      <SumCard screen={screen} today={me.today} locale={locale} t={t} />
      {!open && <Notice tone={payable.state === 'PAID' ? 'good' : 'info'}>{t(payable.state === 'PAID' ? 'payments.screen.paid' : 'payments.screen.closed')}</Notice>}
      {open && <Ways screen={screen} locale={locale} t={t} />}
      <Papers screen={screen} locale={locale} t={t} />
      <PaymentList payments={payments} buildingId={payable.buildingId} locale={locale} title={t('payments.screen.history')} />
    </div>
  )
}

/** Of a sum that may be typed, the form tells what it covers. */
const isTyped = ({ payable, merchants }: Screen) => payable.state === 'OPEN' && merchants.length > 0 && payable.amount === null

function SumCard({ screen, today, locale, t }: PartProps & { today: LocalDate }) {
  const { payable, due } = screen
  return (
    <Card>
      <Figure label={t('payments.screen.due')} value={<Money amount={due} currency={payable.currency} locale={locale} size="sum" />} reason={<Term screen={screen} today={today} locale={locale} t={t} />} />
      <Disputed screen={screen} locale={locale} t={t} />
      {!isTyped(screen) && <WouldCover screen={screen} locale={locale} t={t} />}
      <AccountLines accounts={screen.accounts} locale={locale} />
    </Card>
  )
}

function Ways({ screen, locale, t }: PartProps) {
  const { payable, due, merchants, rule } = screen
  if (merchants.length === 0) return <Notice tone="info">{t('payments.screen.noProvider')}</Notice>
  return (
    <PayForm number={payable.number} due={due} exact={payable.amount} currency={payable.currency} locale={locale}
      merchants={merchants.map(({ provider, leastAmount, mostAmount, payPage }) => ({ provider, least: leastAmount, most: mostAmount, service: payPage }))}
      split={isTyped(screen) ? { owed: payable.owed, rule, order: <Order screen={screen} locale={locale} t={t} /> } : null}
      words={{ ...section(locale, 'payments.screen'), funds: section(locale, 'payments.funds'), kaspi: section(locale, 'payments.kaspi'), paynet: section(locale, 'payments.paynet'), providers: section(locale, 'payments.providers') } as unknown as PayWords} />
  )
}

/** The address for somebody else who pays, and the proof that nothing is overdue. */
function Papers({ screen: { payFor, payable }, locale, t }: PartProps) {
  return (
    <>
      {payFor !== null && payable.state === 'OPEN' && <LinkButton kind="quiet" href={`${payFor}?lang=${locale}`}>{t('payments.payFor.ask')}</LinkButton>}
      <LinkButton kind="quiet" href={`/${locale}/pay/${payable.accountNumber}/proof`}>{t('payments.proof.link')}</LinkButton>
    </>
  )
}

type PartProps = { screen: Screen; locale: Locale; t: Texts }

function Disputed({ screen: { payable }, locale, t }: PartProps) {
  return payable.disputed > 0n ? <p className="text-small text-note">{t('inputs.ofItDisputed', { sum: formatMoney(payable.disputed, payable.currency, locale) })}</p> : null
}

function OnTheWay({ screen: { inFlight, payable }, locale, t }: PartProps) {
  return inFlight.items.map(item => (
    <Notice key={item.id} tone="waiting" actions={item.kind === 'TOLD' && <Withdraw buildingId={payable.buildingId} intentId={item.id} words={{ withdraw: t('payments.flight.withdraw'), withdrawing: t('payments.flight.withdrawing') }} />}>
      {t(item.kind === 'ACCEPTED' ? 'payments.flight.accepted' : 'payments.flight.told', { sum: formatMoney(item.amount, payable.currency, locale), time: formatTime(item.at) })}
    </Notice>
  ))
}

/** Until when, in the words of the bill; when its day has passed, that it has. */
function Term({ screen: { payable, bills, due }, today, locale, t }: PartProps & { today: LocalDate }) {
  const account = `${t('payments.receipt.account')} ${formatAccountNumber(payable.accountNumber)}`
  if (payable.dueOn !== null) return t(payable.state === 'OPEN' && payable.dueOn < today ? 'billing.list.wasDue' : 'payments.screen.dueOn', { date: formatDay(payable.dueOn, today, locale) })
  const until = dueWords({ bill: due, months: bills, today, currency: payable.currency, locale, t })
  return <>{until}{until !== '' && <br />}{account}</>
}

/** What the sum above would cover. */
function WouldCover({ screen, locale, t }: PartProps) {
  const { payable, rule, due } = screen
  if (due === 0n) return null
  const parts = payable.fund === null ? splitPayment(payable.owed, due, rule) : [{ fund: payable.fund, amount: due }]
  return (
    <Sheet flat summary={t('payments.screen.covers', { sum: formatMoney(due, payable.currency, locale) })}>
      <Covers parts={parts} rule={null} currency={payable.currency} locale={locale} />
      {payable.fund === null && <Order screen={screen} locale={locale} t={t} />}
    </Sheet>
  )
}

/** The dated order in which a sum is split, and what becomes of a smaller or a larger one. */
function Order({ screen: { rule }, locale, t }: PartProps) {
  return <CoverOrder rule={rule} locale={locale}>{t('payments.screen.smaller')} {!rule.verified && t('payments.screen.orderUnverified')}</CoverOrder>
}
