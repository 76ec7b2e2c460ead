import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { fundWord } from '#app/_parts/ledger/adjustment-words.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatMoney, isLocale } from '#server/kernel/format.ts'
import { formatAccountNumber, parseAccountNumber } from '#server/kernel/ids.ts'
import { reasons } from '#server/ledger/adjustments/schema.ts'
import { AskForm, type AskWords } from './ask-form.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ number?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('ledger.ask.title') } : {}
}

/** The accountant asks: first whose account, then what is wrong with its debt. */
export default async function AskPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/adjustments/new`)
  const typed = (await searchParams).number ?? ''
  const number = parseAccountNumber(typed)
  const account = number === null ? null : await billOrNothing(() => api.ledger.accountForRequest({ number }))
  const found = account === null || account === 'stranger' ? null : account
  const t = texts(locale)
  const funds = found === null ? [] : [...new Set([...found.balances.map(each => each.fund), 'UTILITIES', 'CURRENT', 'SAVINGS'])]
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/adjustments`, word: t('ledger.ask.back') }} note={t('ledger.queue.note')}>{t('ledger.ask.title')}</PageTitle>
      <form method="get" className="flex max-w-sm items-end gap-2">
        <Field size="dense" name="number" inputMode="numeric" label={t('ledger.ask.number')} defaultValue={typed} required maxLength={20} />
        <Button type="submit">{t('ledger.ask.find')}</Button>
      </form>
      {typed !== '' && found === null && <Notice tone="care" live="status">{t('errors.ledger.accountNotFound')}</Notice>}
      {found && (
        <>
          <Card title={`${found.house}, ${t(`identity.unit.${found.unitKind}`, { number: found.unitNumber })}`} note={formatAccountNumber(found.number)}>
            <h3 className="font-semibold">{t('ledger.ask.owes')}</h3>
            {found.balances.length === 0 ? <p className="text-note">{t('ledger.ask.nothing')}</p>
              : <Facts facts={found.balances.map(each => ({ term: fundWord(each.fund, t), value: formatMoney(each.amount, found.currency, locale) }))} />}
          </Card>
          <AskForm locale={locale} number={found.number} words={section(locale, 'ledger.ask') as AskWords}
            funds={funds.map(fund => ({ value: fund, label: fundWord(fund, t) }))} reasons={reasons.map(reason => ({ value: reason, label: t(`ledger.reasons.${reason}`) }))} />
        </>
      )}
    </div>
  )
}
