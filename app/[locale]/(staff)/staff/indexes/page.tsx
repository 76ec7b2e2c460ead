import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import type { DecideActsWords } from '#app/_parts/billing/decide-acts.tsx'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import type { WithdrawWords } from '#app/_parts/billing/withdraw-form.tsx'
import { Withdrawal } from '#app/_parts/billing/withdrawal.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice, StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { indexCodes, indexCountries } from '#server/billing/indexes/schema.ts'
import { actKinds } from '#server/billing/tariffs/schema.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, isLocale, type Locale } from '#server/kernel/format.ts'
import { IndexActs, WithdrawIndex } from './index-acts.tsx'
import { IndexForm, type IndexChoices, type IndexFormWords } from './index-form.tsx'

type Props = { params: Promise<{ locale: string }> }
type Desk = OutputOf<'billing.indexes'>
type Draft = Desk['drafts'][number]

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('indexes.title') } : {}
}

/** Figures of law by date: indexes, VAT, the refinancing rate, the day of payment. One person drafts on an act, another publishes. */
export default async function IndexesPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/indexes`)
  const desk = await billOrNothing(() => api.billing.indexes())
  if (desk === 'stranger') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/indexes`)
  const t = texts(locale)
  const back = { href: `/${locale}/staff/tariffs`, word: t('penalties.list.back') }
  if (desk === null) return <PageTitle back={back} note={t('errors.tariffs.notYours')}>{t('indexes.title')}</PageTitle>
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={back} note={t('indexes.note')}>{t('indexes.title')}</PageTitle>
      <OldIndex desk={desk} today={me.today} t={t} />
      {desk.drafts.map(draft => <DraftCard key={draft.indexId} draft={draft} t={t} locale={locale} />)}
      {desk.mayDraft.length > 0 && <Sheet summary={t('indexes.new')}><IndexForm words={section(locale, 'indexes.form') as IndexFormWords} choices={choicesOf(desk, t)} /></Sheet>}
      <Rows desk={desk} t={t} />
    </div>
  )
}

/** The index of a new year is not known by itself: until it is brought, bills count by the old one. */
function OldIndex({ desk, today, t }: { desk: Desk; today: string; t: Texts }) {
  const mrp = desk.rows.filter(row => row.code === 'MRP')
  const year = today.slice(0, 4)
  if (!desk.countries.includes('KZ') || mrp.some(row => row.from.startsWith(year))) return null
  return <Notice tone="care">{t('indexes.old', { year })}</Notice>
}

const nameOf = ({ code, country }: { code: string; country: string }, t: Texts) => `${t(`indexes.codes.${code.replace('.', '_')}`)}, ${t(`tariffs.country.${country}`)}`

function DraftCard({ draft, t, locale }: { draft: Draft; t: Texts; locale: Locale }) {
  const act = [draft.actTitle, draft.actNumber && `№ ${draft.actNumber}`].filter(Boolean).join(' ')
  const does = actsOf(draft)
  return (
    <Card title={nameOf(draft, t)} note={noteOf(draft, t)}>
      <Facts facts={[
        { term: t('indexes.value'), value: <strong>{formatNumber(draft.value)}</strong> }, { term: t('indexes.before'), value: draft.before === null ? '—' : formatNumber(draft.before) }, { term: t('indexes.from'), value: formatDate(draft.from) },
        { term: t('indexes.form.act'), value: draft.actUrl ? <a href={draft.actUrl} rel="noreferrer">{act}</a> : act || t('indexes.noAct') }, { term: t('indexes.source'), value: draft.source },
      ]} />
      {draft.state === 'DRAFT' && draft.mine && <p className="text-note">{t('penalties.open.mine')}</p>}
      {draft.state === 'PUBLISHED' && <Withdrawal rule={draft} t={t} form={asked => <WithdrawIndex indexId={draft.indexId} asked={asked} words={section(locale, 'indexes.withdraw') as WithdrawWords} />} />}
      {does.length > 0 && <IndexActs indexId={draft.indexId} does={does} mine={draft.mine} done={`/${locale}/staff/indexes`} words={section(locale, 'penalties.open') as DecideActsWords} />}
    </Card>
  )
}

function noteOf({ state, reason, from }: Draft, t: Texts): string {
  if (state === 'PUBLISHED') return t('indexes.withdraw.published', { date: formatDate(from) })
  return t(state === 'DRAFT' ? 'indexes.waits' : `tariffs.sentBack.${state}`, { reason: reason ?? '' })
}

function actsOf({ state, mine, mayPublish, actId }: Draft): ('PUBLISH' | 'DECLINE')[] {
  if (state !== 'DRAFT' || !(mine || mayPublish)) return []
  return mine || actId === null ? ['DECLINE'] : ['PUBLISH', 'DECLINE']
}

function Rows({ desk, t }: { desk: Desk; t: Texts }) {
  return (
    <Table caption={t('indexes.rows')} empty={t('indexes.none')}
      columns={[{ key: 'name', title: t('indexes.name') }, { key: 'value', title: t('indexes.value'), align: 'end' }, { key: 'from', title: t('indexes.from'), whole: true }, { key: 'state', title: t('indexes.state') }, { key: 'source', title: t('indexes.source') }]}
      rows={desk.rows.map(row => ({
        id: `${row.country} ${row.code} ${row.from}`,
        cells: [nameOf(row, t), formatNumber(row.value), formatDate(row.from), row.state === 'ENDED' ? t('penalties.states.ENDED') : <StateMark key="state" tone={row.state === 'IN_FORCE' ? 'good' : 'info'}>{t(`penalties.states.${row.state}`)}</StateMark>,
          [row.actTitle, row.source, row.verified ? '' : t('penalties.list.unverified')].filter(Boolean).join(', ')],
      }))} />
  )
}

function choicesOf({ mayDraft, acts }: Desk, t: Texts): IndexChoices {
  return {
    figures: mayDraft.flatMap(country => indexCodes.filter(code => (indexCountries[code] as readonly string[]).includes(country)).map(code => ({ value: `${country}:${code}`, label: nameOf({ code, country }, t) }))),
    actKinds: actKinds.map(value => ({ value, label: t(`tariffs.actKinds.${value}`) })),
    acts: [{ value: '', label: t('indexes.form.chooseAct') }, ...acts.map(act => ({ value: act.actId, label: [act.number, act.issuedOn && formatDate(act.issuedOn), act.title].filter(Boolean).join(', ') })), { value: 'new', label: t('indexes.form.otherAct') }],
  }
}
