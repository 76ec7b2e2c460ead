import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { isDraft } from '#app/_parts/billing/drafts.ts'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { normServices } from '#server/billing/norms/schema.ts'
import { actKinds } from '#server/billing/tariffs/schema.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, isLocale, type Locale } from '#server/kernel/format.ts'
import { NormForm, type NormChoices, type NormFormWords } from './norm-form.tsx'
import { NormRecord } from './norm-record.tsx'
import { lastDayOf, normsHref, placeOf, type NormDesk, type NormRow } from './norm-words.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ open?: string; new?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('norms.list.title') } : {}
}

/** What a person without a meter is taken to use, by place and date; drafts that wait for the second person stand first. */
export default async function NormsPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/norms`)
  const asked = await searchParams
  const desk = await billOrNothing(() => api.billing.norms())
  if (desk === 'stranger') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/norms`)
  const t = texts(locale)
  const back = { href: `/${locale}/staff/tariffs`, word: t('penalties.list.back') }
  if (desk === null) return <PageTitle back={back} note={t('errors.tariffs.notYours')}>{t('norms.list.title')}</PageTitle>
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={back} note={t('norms.list.note')}>{t('norms.list.title')}</PageTitle>
      {desk.mayDraft && <div><LinkButton kind="main" href={normsHref(locale, { new: '1' })} icon="plus" hotkey="n">{t('norms.list.new')}</LinkButton></div>}
      {asked.new !== undefined && desk.mayDraft && (
        <Card title={t('norms.form.title')} actions={<LinkButton href={normsHref(locale)} hotkey="x">{t('norms.form.close')}</LinkButton>}>
          <NormForm done={normsHref(locale)} words={section(locale, 'norms.form') as NormFormWords} choices={choicesOf(desk, t)} />
        </Card>
      )}
      {asked.open !== undefined && <NormRecord desk={desk} id={asked.open} today={me.today} locale={locale} />}
      <Rows title={t('norms.list.waiting')} empty={t('norms.list.waitingNone')} rows={desk.rows.filter(isDraft)} locale={locale} />
      <Rows title={t('norms.list.title')} empty={t('norms.list.none')} rows={desk.rows.filter(row => !isDraft(row))} locale={locale} />
    </div>
  )
}


function choicesOf({ choices }: NormDesk, t: Texts): NormChoices {
  return {
    services: normServices.map(value => ({ value, label: `${t(`billing.services.${value}`)}, ${t(`billing.units.${value === 'ELECTRICITY' ? 'kWh' : 'm3'}`)}` })),
    places: choices.places.map(place => ({ value: `${place.country}:${place.prefix}`, label: place.prefix === '' ? placeOf({ country: place.country, territoryPrefix: '', place: '' }, t) : place.name })),
    actKinds: actKinds.map(value => ({ value, label: t(`tariffs.actKinds.${value}`) })),
    acts: [{ value: '', label: t('norms.form.chooseAct') }, ...choices.acts.map(act => ({ value: act.actId, label: [act.number, act.issuedOn && formatDate(act.issuedOn), act.title].filter(Boolean).join(', ') })), { value: 'new', label: t('norms.form.otherAct') }],
  }
}

function Rows({ title, empty, rows, locale }: { title: string; empty: string; rows: readonly NormRow[]; locale: Locale }) {
  const t = texts(locale)
  return (
    <Table caption={title} empty={empty}
      columns={[{ key: 'service', title: t('norms.list.service') }, { key: 'place', title: t('norms.list.place') }, { key: 'norm', title: t('norms.form.perPerson'), align: 'end' }, { key: 'from', title: t('penalties.list.from'), whole: true },
        { key: 'to', title: t('penalties.list.to'), whole: true }, { key: 'state', title: t('penalties.list.state') }]}
      rows={rows.map(row => ({
        id: row.id, href: normsHref(locale, { open: row.id }),
        cells: [t(`billing.services.${row.service}`), placeOf(row, t), `${formatNumber(row.perPerson)} ${t(`billing.units.${row.unit}`)}`, formatDate(row.from), lastDayOf(row, t), <State key="state" row={row} t={t} />],
      }))} />
  )
}

function State({ row, t }: { row: NormRow; t: Texts }) {
  const tones: Partial<Record<NormRow['state'], Tone>> = { IN_FORCE: 'good', DRAFT: 'waiting', COMING: 'info' }
  const word = [t(`norms.states.${row.state}`), row.demonstration ? t('tariffs.list.demonstration') : row.verified || isDraft(row) ? '' : t('penalties.list.unverified')].filter(Boolean).join(', ')
  const tone = tones[row.state]
  return tone ? <StateMark tone={tone}>{word}</StateMark> : word
}
