import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { Card } from '#app/_ui/card.tsx'
import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Pager, pageOf } from '#app/_ui/pager.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, isLocale } from '#server/kernel/format.ts'
import { registrySources, type StatementState } from '#server/payments/statements/schema.ts'
import { AccountActs } from './account-acts.tsx'
import { AccountForm } from './account-form.tsx'
import { FileForm } from './file-form.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ page?: string }> }

const tones: Record<StatementState, Tone> = { RECEIVED: 'waiting', READING: 'waiting', READ: 'care', POSTING: 'waiting', DONE: 'good', FAILED: 'danger', DISCARDED: 'info' }

// Registries of providers that none of one's houses can have are not offered.
const providerCountry: Partial<Record<(typeof registrySources)[number], string>> = { payme: 'UZ', click: 'UZ', uzum: 'UZ', paynet: 'UZ', kaspi: 'KZ', halyk: 'KZ' }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('statements.list.title') } : {}
}

/** Files of banks and providers, the newest first; the form to bring one, and the accounts they may speak of. */
export default async function StatementsPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/statements`)
  const t = texts(locale)
  const page = pageOf((await searchParams).page)
  const places = await api.statements.places()
  if (places.length === 0) return <PageTitle note={t('errors.statements.forbidden')}>{t('statements.list.title')}</PageTitle>
  const { rows, more } = await api.statements.list({ page })
  const accounts = await api.statements.accounts()
  const link = 'inline-flex min-h-9 items-center text-act underline underline-offset-4'
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={t('statements.list.note')}>{t('statements.list.title')}</PageTitle>
      <nav aria-label={t('statements.nav')} className="flex flex-wrap gap-4">
        <a className={link} href={`/${locale}/staff/statements/worklist`}>{t('statements.list.worklist')}</a>
        <a className={link} href={`/${locale}/staff/statements/payments`}>{t('statements.payments.link')}</a>
        <a className={link} href={`/${locale}/staff/reconciliation`}>{t('statements.list.reconciliation')}</a>
      </nav>
      <Card title={t('statements.form.title')}>
        <FileForm locale={locale} places={places} words={section(locale, 'statements.form')} kinds={['STATEMENT', ...registrySources.filter(source => places.some(place => providerCountry[source] === undefined || providerCountry[source] === place.country))].map(kind => ({ value: kind, label: t(`statements.kinds.${kind}`) }))} />
      </Card>
      <Table caption={t('statements.list.history')} empty={t('statements.list.none')}
        columns={[
          { key: 'file', title: t('statements.list.file') }, { key: 'house', title: t('statements.list.house'), whole: true }, { key: 'what', title: t('statements.list.what') }, { key: 'period', title: t('statements.list.period') },
          { key: 'in', title: t('statements.list.in'), align: 'end' }, { key: 'out', title: t('statements.list.out'), align: 'end' }, { key: 'lines', title: t('statements.list.lines'), align: 'end' },
          { key: 'waiting', title: t('statements.list.waiting'), align: 'end' }, { key: 'state', title: t('statements.list.state') },
        ]}
        rows={rows.map(each => ({
          id: each.statementId, href: `/${locale}/staff/statements/${each.buildingId}/${each.statementId}`,
          cells: [each.fileName, each.houseName, t(`statements.kinds.${each.source || 'STATEMENT'}`), each.from && each.to ? `${formatDate(each.from)} – ${formatDate(each.to)}` : '',
            each.turnoverIn === null ? '' : formatMoney(each.turnoverIn, each.currency, locale), each.turnoverOut === null ? '' : formatMoney(each.turnoverOut, each.currency, locale), each.lines, each.waiting || '',
            <StateMark key="state" tone={tones[each.state]}>{t(`statements.states.${each.state}`)}</StateMark>],
        }))} />
      {(page > 1 || more) && (
        <Pager words={section(locale, 'common.pager') as never} position={String(page)}
          {...(page > 1 ? { previousHref: `/${locale}/staff/statements?page=${page - 1}` } : {})} {...(more ? { nextHref: `/${locale}/staff/statements?page=${page + 1}` } : {})} />
      )}
      <Table caption={t('statements.accounts.title')} empty={t('statements.accounts.none')}
        columns={[{ key: 'number', title: t('statements.accounts.number') }, { key: 'house', title: t('statements.accounts.house'), whole: true }, { key: 'bank', title: t('statements.accounts.bank') }, { key: 'fund', title: t('statements.accounts.fund') },
          { key: 'from', title: t('statements.accounts.from') }, { key: 'basis', title: t('statements.accounts.basis') }, { key: 'state', title: t('statements.accounts.state') }]}
        rows={accounts.map(each => ({
          id: each.bankAccountId,
          cells: [each.number, each.houseName, each.bankName, t(`statements.funds.${each.fund}`), formatDate(each.validFrom), each.basis, <AccountState key="state" account={each} t={t} />],
        }))} />
      <Sheet summary={t('statements.accounts.add')}>
        <AccountForm places={places} today={me.today} words={section(locale, 'statements.accounts')} funds={(['CURRENT', 'SAVINGS'] as const).map(fund => ({ value: fund, label: t(`statements.funds.${fund}`) }))} />
      </Sheet>
    </div>
  )
}

/** Nobody is told to pay into an account before another person than the one who entered it has confirmed it. */
function AccountState({ account, t }: { account: OutputOf<'statements.accounts'>[number]; t: Texts }) {
  if (account.confirmed) return <StateMark tone="good">{t('statements.accounts.confirmed')}</StateMark>
  const { buildingId, bankAccountId } = account
  const words = { confirm: t('statements.accounts.confirm'), withdraw: t('statements.accounts.withdraw'), why: t('statements.accounts.why') }
  return (
    <div className="flex flex-col items-start gap-2">
      {account.mine && <StateMark tone="waiting">{t('statements.accounts.waitsOther')}</StateMark>}
      <AccountActs buildingId={buildingId} bankAccountId={bankAccountId} mine={account.mine} words={words} />
    </div>
  )
}
