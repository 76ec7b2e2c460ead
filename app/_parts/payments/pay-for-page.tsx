import { PublicFacts, PublicPage } from '#app/_parts/documents/public-page.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { formatMoney, formatPeriod, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'

type Texts = (key: string, params?: Record<string, unknown>) => string
type Way = { provider: string; href: string | null; service: string; outside: { least: bigint; most: bigint } | null }
type Bill = {
  number: string; period: string; country: 'UZ' | 'KZ'; currency: Currency; houseName: string; unitKind: string; unitNumber: string; due: bigint; disputed: bigint; closed: boolean; amount: bigint; ways: readonly Way[]
}
/** `typed`: what was typed for a sum and is none. `back`: the payer comes from the provider. */
type Props = { locale: Locale; t: Texts; bill: Bill | null; typed: string | null; back: boolean }

/** Paying by a paper bill without signing in: the flat, what is left of the paper's sum, and the ways to pay; no script. */
export function PayForPage({ locale, t, bill, typed, back }: Props) {
  const frame = { locale, title: t('payments.payFor.title'), brand: t('common.brand'), languageWord: t('common.shell.language') }
  if (!bill) {
    return (
      <PublicPage {...frame} country={null}>
        <h1 className="text-title font-semibold">{t('payments.payFor.gone')}</h1>
        <p>{t('payments.payFor.goneNote')}</p>
      </PublicPage>
    )
  }
  const money = (sum: bigint) => formatMoney(sum, bill.currency, locale)
  return (
    <PublicPage {...frame} country={bill.country}>
      <div>
        <h1 className="text-title font-semibold">{t('payments.payFor.title')}</h1>
        <p className="text-note">{`${bill.houseName}, ${t(`identity.unit.${bill.unitKind}`, { number: bill.unitNumber })}`}</p>
      </div>
      {back && <Notice tone="waiting">{t('payments.payFor.back')}</Notice>}
      <PublicFacts facts={[
        { term: t('payments.payFor.bill', { period: formatPeriod(bill.period, locale) }), value: `${t('payments.payFor.account')} ${formatAccountNumber(bill.number)}` },
        { term: t('payments.payFor.due'), value: <strong className="text-title">{money(bill.due)}</strong> },
        ...(bill.disputed > 0n ? [{ term: t('inputs.disputedSum'), value: money(bill.disputed) }] : []),
      ]} />
      {bill.due === 0n && !bill.closed && <Notice tone="good">{t('payments.payFor.paid')}</Notice>}
      {bill.closed ? <Notice tone="info">{t('payments.screen.closed')}</Notice> : <Sum bill={bill} t={t} typed={typed} locale={locale} />}
      {bill.ways.length > 0 && (
        <section className="flex flex-col gap-3">
          <h2 className="font-semibold">{t('payments.payFor.ways')}</h2>
          {bill.ways.map(way => <WayToPay key={way.provider} way={way} bill={bill} t={t} money={money} />)}
        </section>
      )}
      {!bill.closed && bill.amount > 0n && bill.ways.length === 0 && <Notice tone="info">{t('payments.screen.noProvider')}</Notice>}
      <p className="text-small text-note">{t('payments.payFor.share')} {t('payments.payFor.privacy')}</p>
    </PublicPage>
  )
}

/** The sum as a form that asks for this same page: the ways below are for exactly it. */
function Sum({ bill, t, typed, locale }: { bill: Bill; t: Texts; typed: string | null; locale: Locale }) {
  const shown = typed ?? (bill.amount === 0n ? '' : `${bill.amount / 100n}${bill.amount % 100n === 0n ? '' : `,${String(bill.amount % 100n).padStart(2, '0')}`}`)
  return (
    <form method="get" className="flex flex-col gap-2">
      <input type="hidden" name="lang" value={locale} />
      <label htmlFor="amount" className="font-medium">{t('payments.screen.amount')}</label>
      <div className="flex gap-2">
        <input id="amount" name="amount" inputMode="decimal" autoComplete="off" defaultValue={shown} aria-describedby={typed === null ? undefined : 'amount-wrong'} aria-invalid={typed === null ? undefined : true}
          className="figures min-h-12 min-w-0 flex-1 rounded-card border border-note bg-surface px-3" />
        <button type="submit" className="min-h-12 rounded-card border border-note bg-surface px-4 font-medium text-act">{t('payments.payFor.change')}</button>
      </div>
      {typed !== null && <p id="amount-wrong" role="alert" className="text-danger">{t('payments.screen.amountWrong')}</p>}
    </form>
  )
}

function WayToPay({ way, bill, t, money }: { way: Way; bill: Bill; t: Texts; money: (sum: bigint) => string }) {
  const provider = t(`payments.providers.${way.provider}`)
  if (way.outside) return <p className="text-note">{`${provider}: ${t('payments.screen.amountOutside', { least: money(way.outside.least), most: money(way.outside.most) })}`}</p>
  if (way.href !== null) {
    return <a href={way.href} className="inline-flex min-h-12 w-full items-center justify-center rounded-card bg-act px-5 py-2 font-medium text-act-ink">{t('payments.payFor.pay', { provider, sum: money(bill.amount) })}</a>
  }
  const steps = way.provider === 'paynet' ? 'payments.paynet' : 'payments.kaspi'
  return (
    <Notice tone="info" title={t(`${steps}.title`)}>
      <p>{t(`${steps}.number`)}: <strong className="figures">{bill.number}</strong></p>
      <ol className="list-decimal ps-6"><li>{t(`${steps}.step1`)}</li><li>{t(`${steps}.step2`, { service: way.service })}</li><li>{t(`${steps}.step3`)}</li></ol>
    </Notice>
  )
}
