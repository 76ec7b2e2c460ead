import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { conditionsInWords, placeInWords, priceInWords } from '#app/_parts/billing/tariff-words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { services } from '#server/billing/schema.ts'
import { caller } from '#server/api/caller.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { isLocalDate } from '#server/kernel/period.ts'
import { Contributions } from './contributions.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ service?: string; on?: string; house?: string }> }
type Row = OutputOf<'billing.tariffs'>['rows'][number]

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('tariffs.list.title') } : {}
}

/** Tariffs by service and date; drafts that wait for the second person stand first. */
export default async function TariffsPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/tariffs`)
  const asked = await searchParams
  const service = services.find(each => each === asked.service)
  const on = isLocalDate(asked.on ?? '') ? asked.on ?? me.today : me.today
  const found = await billOrNothing(() => api.billing.tariffs({ ...(service ? { service } : {}), on }))
  if (found === 'stranger') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/tariffs`)
  const decided = await decidedIn(api, asked.house ?? '')
  const t = texts(locale)
  if (found === null) return <PageTitle note={t('errors.tariffs.notYours')}>{t('tariffs.list.title')}</PageTitle>
  const drafts = found.rows.filter(row => row.state === 'DRAFT')
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={t('tariffs.list.note')}>{t('tariffs.list.title')}</PageTitle>
      <div className="flex flex-wrap gap-2">
        {found.mayDraft && <LinkButton kind="main" href={`/${locale}/staff/tariffs/new`} hotkey="n">{t('tariffs.list.draft')}</LinkButton>}
        <LinkButton href={`/${locale}/staff/services`}>{t('services.link')}</LinkButton>
        <LinkButton href={`/${locale}/staff/norms`}>{t('norms.link')}</LinkButton>
        <LinkButton href={`/${locale}/staff/penalties`}>{t('penalties.link')}</LinkButton>
        <LinkButton href={`/${locale}/staff/indexes`}>{t('indexes.link')}</LinkButton>
        <LinkButton href={`/${locale}/staff/allocation`}>{t('allocation.link')}</LinkButton>
      </div>
      <Rows title={t('tariffs.list.waiting')} empty={t('tariffs.list.waitingNone')} rows={drafts} locale={locale} />
      <form method="get" className="flex max-w-2xl flex-wrap items-end gap-2">
        <SelectField size="dense" name="service" label={t('tariffs.list.service')} defaultValue={service ?? ''}
          options={[{ value: '', label: t('tariffs.list.all') }, ...services.map(each => ({ value: each, label: t(`billing.services.${each}`) }))]} />
        <Field size="dense" type="date" name="on" label={t('tariffs.list.on')} defaultValue={on} />
        <Button type="submit">{t('tariffs.list.show')}</Button>
      </form>
      <Rows title={t('tariffs.list.inForce')} empty={t('tariffs.list.none')} rows={found.rows.filter(row => row.state !== 'DRAFT')} locale={locale} />
      {decided && <Contributions found={decided} today={me.today} locale={locale} />}
    </div>
  )
}

/** Contributions of the house that is asked for, otherwise of the first; nothing for who bills none. */
async function decidedIn(api: Awaited<ReturnType<typeof caller>>, house: string): Promise<OutputOf<'billing.contributions'> | null> {
  const found = await billOrNothing(() => api.billing.contributions(isId(house) ? { buildingId: house } : {}))
  return found === 'stranger' ? null : found
}

function Rows({ title, empty, rows, locale }: { title: string; empty: string; rows: readonly Row[]; locale: Locale }) {
  const t = texts(locale)
  return (
    <Table caption={title} empty={empty}
      columns={[{ key: 'service', title: t('tariffs.list.service') }, { key: 'place', title: t('tariffs.list.place') }, { key: 'condition', title: t('tariffs.list.condition') }, { key: 'price', title: t('tariffs.list.price') },
        { key: 'from', title: t('tariffs.list.from') }, { key: 'to', title: t('tariffs.list.to') }, { key: 'state', title: t('tariffs.list.state') }]}
      rows={rows.map(row => ({
        id: row.tariffId, href: `/${locale}/staff/tariffs/${row.tariffId}`,
        cells: [t(`billing.services.${row.service}`), placeInWords(row, t), conditionsInWords(row, t), priceInWords(row, t), formatDate(row.validFrom), row.validTo === null ? t('tariffs.values.open') : formatDate(row.validTo), <State key="state" row={row} t={t} />],
      }))} />
  )
}

function State({ row, t }: { row: Row; t: Texts }) {
  const tones: Partial<Record<Row['state'], Tone>> = { IN_FORCE: 'good', DRAFT: 'waiting', COMING: 'info', STORED: 'care' }
  const word = row.demonstration ? `${t(`tariffs.states.${row.state}`)}, ${t('tariffs.list.demonstration')}` : t(`tariffs.states.${row.state}`)
  const tone = tones[row.state]
  return tone ? <StateMark tone={tone}>{word}</StateMark> : word
}
