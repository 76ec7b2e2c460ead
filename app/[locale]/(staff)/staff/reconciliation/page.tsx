import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { ExplainForm } from './explain-form.tsx'
import { RunForm } from './run-form.tsx'

type Props = { params: Promise<{ locale: string }> }
type View = OutputOf<'statements.reconciliations'>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('statements.reconciliation.title') } : {}
}

/** Days of providers against ours, and what does not agree until a person has said why. */
export default async function ReconciliationPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/reconciliation`)
  const t = texts(locale)
  const places = await api.statements.places()
  const { days, differences } = await api.statements.reconciliations({})
  const words = section(locale, 'statements.reconciliation')
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/statements`, word: t('statements.list.all') }} note={t('statements.reconciliation.note')}>{t('statements.reconciliation.title')}</PageTitle>
      <Differences rows={differences} t={t} locale={locale} words={words} />
      <Days rows={days} t={t} locale={locale} />
      {places.length > 0 && <Sheet summary={t('statements.reconciliation.again')}><RunForm places={places} today={me.today} words={words} /></Sheet>}
    </div>
  )
}

function Days({ rows, t, locale }: { rows: View['days']; t: Texts; locale: Locale }) {
  const counted = (count: number | null, sum: bigint | null, currency: View['days'][number]['currency']) => (count === null ? '' : `${count}: ${formatMoney(sum ?? 0n, currency, locale)}`)
  return (
    <Table caption={t('statements.reconciliation.days')} empty={t('statements.reconciliation.none')}
      columns={[{ key: 'day', title: t('statements.reconciliation.day') }, { key: 'house', title: t('statements.reconciliation.house') }, { key: 'provider', title: t('statements.reconciliation.provider') }, { key: 'ours', title: t('statements.reconciliation.oursCounted'), align: 'end' },
        { key: 'theirs', title: t('statements.reconciliation.theirsCounted'), align: 'end' }, { key: 'transferred', title: t('statements.reconciliation.transferred'), align: 'end' }, { key: 'state', title: t('statements.reconciliation.state') }]}
      rows={rows.map(row => ({
        id: `${row.buildingId} ${row.provider} ${row.day}`,
        cells: [formatDate(row.day), row.houseName, t(`statements.providers.${row.provider}`), counted(row.ourCount, row.ourSum, row.currency), counted(row.theirCount, row.theirSum, row.currency),
          row.transferred === 0n ? '' : formatMoney(row.transferred, row.currency, locale), <State key="state" row={row} t={t} />],
      }))} />
  )
}

function State({ row, t }: { row: View['days'][number]; t: Texts }) {
  if (row.unexplained > 0) return <StateMark tone="care">{t('statements.reconciliation.differs', { count: row.unexplained })}</StateMark>
  if (row.differences > 0) return <StateMark tone="info">{t('statements.reconciliation.explained')}</StateMark>
  if (row.theirCount === null) return <StateMark tone="waiting">{t('statements.reconciliation.waiting')}</StateMark>
  return <StateMark tone="good">{t('statements.reconciliation.clean')}</StateMark>
}

function Differences({ rows, t, locale, words }: { rows: View['differences']; t: Texts; locale: Locale; words: ReturnType<typeof section> }) {
  const money = (amount: bigint | null, currency: View['differences'][number]['currency']) => (amount === null ? '' : formatMoney(amount, currency, locale))
  return (
    <Table caption={t('statements.reconciliation.differences')} empty={t('statements.reconciliation.noDifferences')}
      columns={[{ key: 'day', title: t('statements.reconciliation.day') }, { key: 'house', title: t('statements.reconciliation.house') }, { key: 'provider', title: t('statements.reconciliation.provider') }, { key: 'class', title: t('statements.reconciliation.class') },
        { key: 'subject', title: t('statements.reconciliation.subject') }, { key: 'ours', title: t('statements.reconciliation.ours'), align: 'end' }, { key: 'theirs', title: t('statements.reconciliation.theirs'), align: 'end' }, { key: 'words', title: t('statements.reconciliation.words') }]}
      rows={rows.map(row => ({
        id: row.differenceId,
        cells: [formatDate(row.day), row.houseName, t(`statements.providers.${row.provider}`),
          <span key="class" className="flex flex-wrap gap-2">{t(row.theirState === 'OTHER' || row.theirState === 'UNKNOWN' ? `statements.doubts.${row.theirState}` : `statements.classes.${row.class}`)}{row.overdue && <StateMark tone="care">{t('statements.reconciliation.overdue')}</StateMark>}</span>,
          <Subject key="subject" row={row} t={t} locale={locale} />, money(row.ourAmount, row.currency), money(row.theirAmount, row.currency),
          row.explanation ?? <ExplainForm key="explain" buildingId={row.buildingId} differenceId={row.differenceId} words={words} />],
      }))} />
  )
}

/** A line of the bank is named by its place, and opens its file; what a provider named bears the provider's own name. */
function Subject({ row: { subject, buildingId }, t, locale }: { row: View['differences'][number]; t: Texts; locale: Locale }) {
  const [statementId = '', row = ''] = subject.split('/')
  if (!isId(statementId) || row === '') return <span className="break-all">{subject.slice(0, 40)}</span>
  return <a className="text-act underline underline-offset-4" href={`/${locale}/staff/statements/${buildingId}/${statementId}`}>{t('statements.reconciliation.line', { row })}</a>
}
