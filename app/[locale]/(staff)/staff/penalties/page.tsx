import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { isDraft } from '#app/_parts/billing/drafts.ts'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice, StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { payerKinds, penaltyFormulas, penaltyFunds } from '#server/billing/penalties/schema.ts'
import { actKinds } from '#server/billing/tariffs/schema.ts'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, isLocale, type Locale } from '#server/kernel/format.ts'
import { PenaltyForm, type PenaltyChoices, type PenaltyFormWords } from './penalty-form.tsx'
import { PenaltyRule } from './penalty-rule.tsx'
import { capOf, lastDayOf, penaltiesHref, rateOf, stateOf, type PenaltyDesk, type PenaltyRow } from './penalty-words.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ open?: string; new?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('penalties.list.title') } : {}
}

/** What a day of delay costs, by date; drafts that wait for the second person stand first. */
export default async function PenaltiesPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/penalties`)
  const asked = await searchParams
  const desk = await billOrNothing(() => api.billing.penalties())
  if (desk === 'stranger') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/penalties`)
  const t = texts(locale)
  const back = { href: `/${locale}/staff/tariffs`, word: t('penalties.list.back') }
  if (desk === null) return <PageTitle back={back} note={t('errors.tariffs.notYours')}>{t('penalties.list.title')}</PageTitle>
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={back} note={t('penalties.list.note')}>{t('penalties.list.title')}</PageTitle>
      {desk.mayDraft.length > 0 && <div><LinkButton kind="main" href={penaltiesHref(locale, { new: '1' })} icon="plus" hotkey="n">{t('penalties.list.new')}</LinkButton></div>}
      {asked.new !== undefined && desk.mayDraft.length > 0 && (
        <Card title={t('penalties.form.title')} actions={<LinkButton href={penaltiesHref(locale)} hotkey="x">{t('penalties.form.close')}</LinkButton>}>
          <PenaltyForm done={penaltiesHref(locale)} words={section(locale, 'penalties.form') as PenaltyFormWords} choices={choicesOf(desk, t)} />
        </Card>
      )}
      {asked.open !== undefined && <PenaltyRule desk={desk} ruleId={asked.open} today={me.today} locale={locale} />}
      <Rates desk={desk} t={t} />
      <p><a className="inline-flex min-h-9 items-center text-act underline underline-offset-4" href={`/${locale}/staff/indexes`}>{t('indexes.link')}</a></p>
      <Rows title={t('penalties.list.waiting')} empty={t('penalties.list.waitingNone')} rows={desk.rows.filter(isDraft)} locale={locale} />
      <Rows title={t('penalties.list.rows')} empty={t('penalties.list.none')} rows={desk.rows.filter(row => !isDraft(row))} locale={locale} />
    </div>
  )
}

/** Rules by the refinancing rate charge nothing without one. */
function Rates({ desk, t }: { desk: PenaltyDesk; t: Texts }) {
  const yearly = desk.countries.filter(country => desk.rows.some(row => row.country === country && row.formula === 'YEARLY'))
  return yearly.map(country => {
    const rate = desk.rates.find(each => each.country === country)
    const name = t(`tariffs.country.${country}`)
    return rate ? <p key={country}>{t('penalties.list.rateNow', { country: name, value: formatNumber(rate.value), date: formatDate(rate.from) })}</p> : <Notice key={country} tone="care">{t('penalties.list.noRate', { country: name })}</Notice>
  })
}

function choicesOf({ mayDraft, acts }: PenaltyDesk, t: Texts): PenaltyChoices {
  const options = (values: readonly string[], key: string) => values.map(value => ({ value, label: t(`${key}.${value}`) }))
  return {
    countries: options(mayDraft, 'tariffs.country'), funds: options(penaltyFunds, 'penalties.funds'), payers: options(payerKinds, 'penalties.payers'), formulas: options(penaltyFormulas, 'penalties.formulas'), actKinds: options(actKinds, 'tariffs.actKinds'),
    acts: [{ value: '', label: t('penalties.form.chooseAct') }, ...acts.map(act => ({ value: act.actId, label: [act.number, act.issuedOn && formatDate(act.issuedOn), act.title].filter(Boolean).join(', ') })), { value: 'new', label: t('penalties.form.otherAct') }],
  }
}

function Rows({ title, empty, rows, locale }: { title: string; empty: string; rows: PenaltyDesk['rows']; locale: Locale }) {
  const t = texts(locale)
  return (
    <Table caption={title} empty={empty}
      columns={[{ key: 'fund', title: t('penalties.list.fund') }, { key: 'country', title: t('penalties.list.country') }, { key: 'payer', title: t('penalties.list.payer') }, { key: 'rate', title: t('penalties.list.rate'), align: 'end' },
        { key: 'cap', title: t('penalties.list.cap'), align: 'end' }, { key: 'from', title: t('penalties.list.from'), whole: true }, { key: 'to', title: t('penalties.list.to'), whole: true }, { key: 'state', title: t('penalties.list.state') }]}
      rows={rows.map(row => ({
        id: row.ruleId, href: penaltiesHref(locale, { open: row.ruleId }),
        cells: [t(`penalties.funds.${row.fund}`), t(`tariffs.country.${row.country}`), t(`penalties.payers.${row.payerKind}`), rateOf(row, t), capOf(row, t), formatDate(row.from), lastDayOf(row.to, t), <State key="state" row={row} t={t} />],
      }))} />
  )
}

function State({ row, t }: { row: PenaltyRow; t: Texts }) {
  const word = stateOf(row, t)
  if (row.state === 'DRAFT') return <StateMark tone="waiting">{word}</StateMark>
  return row.enabled && (row.state === 'IN_FORCE' || row.state === 'COMING') ? <StateMark tone={row.state === 'IN_FORCE' ? 'good' : 'info'}>{word}</StateMark> : word
}
