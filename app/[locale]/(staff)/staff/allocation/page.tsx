import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import type { DecideActsWords } from '#app/_parts/billing/decide-acts.tsx'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { Card } from '#app/_ui/card.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { caller } from '#server/api/caller.ts'
import { advanceFunds, allocatedFunds } from '#server/billing/allocation/schema.ts'
import { actKinds } from '#server/billing/tariffs/schema.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, isLocale, type Locale } from '#server/kernel/format.ts'
import { AllocationActs } from './allocation-acts.tsx'
import { AllocationForm, type AllocationChoices, type AllocationFormWords } from './allocation-form.tsx'

type Props = { params: Promise<{ locale: string }> }
type Desk = OutputOf<'billing.allocation'>
type Row = Desk['rows'][number]
type Draft = Desk['drafts'][number]

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('allocation.title') } : {}
}

/** In which order a payment covers debts, by country and date, as receipts print it. One person drafts on an act, another publishes. */
export default async function AllocationPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/allocation`)
  const desk = await billOrNothing(() => api.billing.allocation())
  if (desk === 'stranger') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/allocation`)
  const t = texts(locale)
  const back = { href: `/${locale}/staff/tariffs`, word: t('penalties.list.back') }
  if (desk === null) return <PageTitle back={back} note={t('errors.tariffs.notYours')}>{t('allocation.title')}</PageTitle>
  const now = desk.rows.find(row => row.state === 'IN_FORCE' && desk.mayDraft.includes(row.country))?.fundOrder ?? allocatedFunds
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={back} note={t('allocation.note')}>{t('allocation.title')}</PageTitle>
      {desk.drafts.map(draft => <DraftCard key={draft.draftId} draft={draft} t={t} locale={locale} />)}
      {desk.mayDraft.length > 0 && (
        <Sheet summary={t('allocation.new')}><AllocationForm done={`/${locale}/staff/allocation`} now={now} words={section(locale, 'allocation.form') as AllocationFormWords} choices={choicesOf(desk, t)} /></Sheet>
      )}
      {desk.rows.map(row => <RuleCard key={row.ruleId} row={row} t={t} />)}
    </div>
  )
}

function OrderFacts({ row, t }: { row: Row | Draft; t: Texts }) {
  const act = [row.actTitle, row.actNumber && `№ ${row.actNumber}`].filter(Boolean).join(' ')
  return (
    <>
      <ol className="list-inside list-decimal">{row.fundOrder.map(fund => <li key={fund}>{t(`payments.funds.${fund}`)}</li>)}</ol>
      <Facts facts={[
        { term: t('allocation.form.advance'), value: t(`payments.funds.${row.advanceFund}`) }, { term: t('allocation.form.from'), value: formatDate(row.from) },
        { term: t('allocation.form.act'), value: row.actUrl ? <a href={row.actUrl} rel="noreferrer">{act}</a> : act || t('allocation.noAct') }, ...row.source ? [{ term: t('indexes.source'), value: row.source }] : [],
      ]} />
    </>
  )
}

function RuleCard({ row, t }: { row: Row; t: Texts }) {
  return (
    <Card title={`${t(`tariffs.country.${row.country}`)}, ${row.ruleId}`} note={t(`penalties.states.${row.state}`)}>
      <OrderFacts row={row} t={t} />
      {!row.verified && <Notice tone="care">{t('allocation.unverified')}</Notice>}
    </Card>
  )
}

function DraftCard({ draft, t, locale }: { draft: Draft; t: Texts; locale: Locale }) {
  const does = actsOf(draft)
  return (
    <Card title={t('allocation.draft', { country: t(`tariffs.country.${draft.country}`) })} note={t(draft.state === 'DRAFT' ? 'indexes.waits' : `tariffs.sentBack.${draft.state}`, { reason: draft.reason ?? '' })}>
      <OrderFacts row={draft} t={t} />
      {draft.state === 'DRAFT' && draft.mine && <p className="text-note">{t('penalties.open.mine')}</p>}
      {does.length > 0 && <AllocationActs draftId={draft.draftId} does={does} mine={draft.mine} done={`/${locale}/staff/allocation`} words={section(locale, 'allocation.open') as DecideActsWords} />}
    </Card>
  )
}

function actsOf({ state, mine, actId }: Draft): ('PUBLISH' | 'DECLINE')[] {
  if (state !== 'DRAFT') return []
  return mine || actId === null ? ['DECLINE'] : ['PUBLISH', 'DECLINE']
}

function choicesOf({ mayDraft, acts }: Desk, t: Texts): AllocationChoices {
  const options = (values: readonly string[], key: string) => values.map(value => ({ value, label: t(`${key}.${value}`) }))
  return {
    countries: options(mayDraft, 'tariffs.country'), funds: options(allocatedFunds, 'payments.funds'), advances: options(advanceFunds, 'payments.funds'), actKinds: options(actKinds, 'tariffs.actKinds'),
    acts: [{ value: '', label: t('allocation.form.chooseAct') }, ...acts.map(act => ({ value: act.actId, label: [act.number, act.issuedOn && formatDate(act.issuedOn), act.title].filter(Boolean).join(', ') })), { value: 'new', label: t('allocation.form.otherAct') }],
  }
}
