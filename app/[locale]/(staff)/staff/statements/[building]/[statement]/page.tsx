import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Pager, pageOf } from '#app/_ui/pager.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import type { StatementState } from '#server/payments/statements/schema.ts'
import { Decision } from './decision.tsx'
import { inWords } from './missed-columns.ts'
import { StatementProgress } from './progress.tsx'

type Props = { params: Promise<{ locale: string; building: string; statement: string }>; searchParams: Promise<{ page?: string }> }
type View = OutputOf<'statements.one'>
const underWay: ReadonlySet<StatementState> = new Set(['RECEIVED', 'READING', 'POSTING'])

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('statements.list.title') } : {}
}

/** One file: its balance, what becomes of its lines, and the decision. */
export default async function StatementPage({ params, searchParams }: Props) {
  const { locale, building, statement } = await params
  if (!isLocale(locale) || !isId(building) || !isId(statement)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/statements`)
  const key = { buildingId: building, statementId: statement }
  const view = await api.statements.one(key).catch(() => notFound())
  const page = pageOf((await searchParams).page)
  const { state } = view.statement
  const t = texts(locale)
  const here = `/${locale}/staff/statements/${building}/${statement}`
  const found = state === 'FAILED' || state === 'DISCARDED' ? { rows: [], more: false } : await api.statements.lines({ ...key, page })
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/statements`, word: t('statements.file.back') }} note={[t(`statements.kinds.${view.statement.source || 'STATEMENT'}`), view.statement.houseName, view.statement.account].filter(Boolean).join(', ')}>{view.statement.fileName}</PageTitle>
      {underWay.has(state) && <StatementProgress {...key} state={state} label={t(`statements.states.${state}`)} words={section(locale, 'statements.file')} />}
      <Facts view={view} t={t} locale={locale} />
      {state === 'READ' && <Decision {...key} count={view.outcomes.find(each => each.state === 'MATCHED')?.count ?? 0} words={section(locale, 'statements.file')} />}
      {view.outcomes.length > 0 && <Outcomes view={view} t={t} locale={locale} />}
      {found.rows.length > 0 && <Lines rows={found.rows} t={t} locale={locale} />}
      <Pages page={page} more={found.more} here={here} locale={locale} />
    </div>
  )
}

function Pages({ page, more, here, locale }: { page: number; more: boolean; here: string; locale: Locale }) {
  if (page === 1 && !more) return null
  return <Pager words={section(locale, 'common.pager') as never} position={String(page)} {...(page > 1 ? { previousHref: `${here}?page=${page - 1}` } : {})} {...(more ? { nextHref: `${here}?page=${page + 1}` } : {})} />
}

function Facts({ view: { statement, unconfirmed }, t, locale }: { view: View; t: Texts; locale: Locale }) {
  const money = (amount: bigint | null) => formatMoney(amount ?? 0n, statement.currency, locale)
  return (
    <>
      {statement.state === 'FAILED' && <Notice tone="care" title={t('statements.file.refused')} code={statement.failure ?? ''}>{t(`errors.${statement.failure ?? 'common.internal'}`, inWords(statement, t))}</Notice>}
      {statement.state === 'DONE' && <Notice tone="good" actions={statement.waiting > 0 && <a className="text-act underline" href={`/${locale}/staff/statements/worklist`}>{t('statements.file.toWorklist', { count: statement.waiting })}</a>}>{t('statements.file.done')}</Notice>}
      {statement.brokenRows.length > 0 && <Notice tone="care">{t('statements.file.brokenRows', { rows: statement.brokenRows.join(', ') })}</Notice>}
      {statement.state === 'READ' && unconfirmed && <Notice tone="care">{t('statements.file.unconfirmed')}</Notice>}
      {statement.state === 'DISCARDED' && <Notice>{t('statements.file.discarded')}</Notice>}
      {statement.closing !== null && statement.from && statement.to && (
        <p>
          {formatDate(statement.from)} – {formatDate(statement.to)}. {t(statement.source ? 'statements.file.turnover' : 'statements.file.balance', { opening: money(statement.opening), in: money(statement.turnoverIn), out: money(statement.turnoverOut), closing: money(statement.closing) })}.{' '}
          <span className="text-note">{t('statements.file.facts', { lines: statement.lines, encoding: statement.encoding })}</span>
        </p>
      )}
    </>
  )
}

function wordOf(t: Texts, { state, problem }: { state: string; problem: string | null }): string {
  return problem === null ? t(`statements.outcomes.${state}`) : `${t(`statements.outcomes.${state}`)}: ${t(`statements.problems.${problem}`)}`
}

function Outcomes({ view: { outcomes, statement }, t, locale }: { view: View; t: Texts; locale: Locale }) {
  return (
    <Table caption={t('statements.file.outcomes')}
      columns={[{ key: 'outcome', title: t('statements.file.outcome') }, { key: 'count', title: t('statements.file.count'), align: 'end' }, { key: 'sum', title: t('statements.file.sum'), align: 'end' }]}
      rows={outcomes.map(each => ({ id: `${each.state} ${each.problem ?? ''}`, cells: [wordOf(t, each), each.count, formatMoney(each.amount, statement.currency, locale)] }))} />
  )
}

function Lines({ rows, t, locale }: { rows: OutputOf<'statements.lines'>['rows']; t: Texts; locale: Locale }) {
  return (
    <Table caption={t('statements.file.lines')} empty={t('statements.list.none')}
      columns={[{ key: 'date', title: t('statements.file.date') }, { key: 'party', title: t('statements.file.party') }, { key: 'purpose', title: t('statements.file.purpose') }, { key: 'account', title: t('statements.file.account') },
        { key: 'amount', title: t('statements.file.amount'), align: 'end' }, { key: 'outcome', title: t('statements.file.outcome') }]}
      rows={rows.map(line => ({ id: String(line.row), cells: [formatDate(line.date), line.partyName, line.purpose, line.number ?? '', formatMoney(line.direction === 'OUT' ? -line.amount : line.amount, line.currency, locale), wordOf(t, line)] }))} />
  )
}
