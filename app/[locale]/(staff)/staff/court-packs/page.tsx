import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatMoney, isLocale, type Locale } from '#server/kernel/format.ts'
import { formatAccountNumber, parseAccountNumber } from '#server/kernel/ids.ts'
import { jurisdictionOf, type Country } from '#server/kernel/jurisdiction.ts'
import { CourtCase } from './court-case.tsx'
import { Packs } from './packs.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ number?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('court.title') } : {}
}

/** Overdue contributions, one account with its four papers, and the packs already made. The account is in the address. */
export default async function CourtPacksPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/court-packs`)
  const t = texts(locale)
  const desk = await deskOf(api, me.country, t)
  if (typeof desk === 'string') return <PageTitle note={desk}>{t('court.title')}</PageTitle>
  const typed = (await searchParams).number ?? ''
  const number = parseAccountNumber(typed)
  const answer = number === null ? null : await billOrNothing(() => api.billing.courtCase({ number }))
  const found = answer === 'stranger' ? null : answer
  return (
    <div className="flex max-w-5xl flex-col gap-4">
      <PageTitle note={t('court.note')} {...(typed === '' ? {} : { back: { href: `/${locale}/staff/court-packs`, word: t('court.back') } })}>{t('court.title')}</PageTitle>
      <form method="get" className="flex max-w-sm items-end gap-2">
        <Field size="dense" name="number" inputMode="numeric" label={t('court.number')} defaultValue={typed} required maxLength={20} />
        <Button type="submit">{t('court.find')}</Button>
      </form>
      {typed !== '' && found === null && <Notice tone="care" live="status">{t('errors.court.accountNotFound')}</Notice>}
      {found ? <CourtCase found={found} today={me.today} locale={locale} /> : <Debtors rows={desk.debtors} t={t} locale={locale} />}
      <Packs packs={found?.packs ?? desk.packs} locale={locale} />
    </div>
  )
}

/** The desk, or why there is none. */
async function deskOf(api: Awaited<ReturnType<typeof caller>>, country: Country, t: Texts): Promise<OutputOf<'billing.court'> | string> {
  if (!jurisdictionOf(country).courtPacks) return t('court.otherCountry')
  const desk = await billOrNothing(() => api.billing.court())
  return desk === null || desk === 'stranger' ? t('court.forbidden') : desk
}

function Debtors({ rows, t, locale }: { rows: OutputOf<'billing.court'>['debtors']; t: Texts; locale: Locale }) {
  return (
    <Table caption={t('court.debtors')} empty={t('court.noDebtors')}
      columns={[{ key: 'number', title: t('court.number'), whole: true }, { key: 'home', title: t('court.home') }, { key: 'overdue', title: t('court.overdue'), align: 'end' }, { key: 'disputed', title: t('court.disputed'), align: 'end' }]}
      rows={rows.map(row => ({
        id: row.number, href: `/${locale}/staff/court-packs?number=${row.number}`,
        cells: [formatAccountNumber(row.number), `${row.house}, ${t(`identity.unit.${row.unitKind}`, { number: row.unitNumber })}`, formatMoney(row.overdue, row.currency, locale), row.disputed === 0n ? '' : formatMoney(row.disputed, row.currency, locale)],
      }))} />
  )
}
