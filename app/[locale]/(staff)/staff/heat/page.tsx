import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { Button } from '#app/_ui/button.tsx'
import { SelectField } from '#app/_ui/field.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { ActRecord } from './act-record.tsx'
import { HeatDrafts } from './heat-drafts.tsx'
import { HeatRecord } from './heat-record.tsx'
import { ActTable, ContractTable, NormTable, SeasonTable } from './heat-tables.tsx'
import { heatHref, newKinds, type Desk, type NewKind } from './heat-words.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ building?: string; open?: string; new?: string; saved?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('heat.list.title') } : {}
}

/** Seasons and norms of a place, contracts and acts of a house; what is new or open stands above the tables. */
export default async function HeatPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/heat`)
  const asked = await searchParams
  const building = isId(asked.building ?? '') ? asked.building : undefined
  const desk = await billOrNothing(() => api.billing.heat(building === undefined ? {} : { buildingId: building }))
  if (desk === 'stranger') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/heat`)
  const t = texts(locale)
  if (desk === null) return <PageTitle note={t('errors.heat.notYours')}>{t('heat.list.title')}</PageTitle>
  // Who has one house need not choose it.
  const [only, another] = desk.houses
  if (building === undefined && only && !another) redirect(heatHref(locale, only.buildingId, Object.fromEntries(Object.entries(asked).filter((each): each is [string, string] => typeof each[1] === 'string' && each[0] !== 'building'))))
  const kind = newKinds.find(each => each === asked.new)
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={t('heat.list.note')}>{t('heat.list.title')}</PageTitle>
      <HouseChoice desk={desk} building={building} locale={locale} />
      <NewOnes desk={desk} building={building} locale={locale} />
      {kind !== undefined && <HeatDrafts desk={desk} building={building} kind={kind} locale={locale} />}
      {asked.open !== undefined && <Opened desk={desk} building={building} open={asked.open} today={me.today} locale={locale} />}
      {desk.houses.length > 0 && <ContractTable desk={desk} building={building} locale={locale} />}
      <SeasonTable desk={desk} building={building} locale={locale} />
      <NormTable desk={desk} building={building} locale={locale} />
      {building !== undefined && <ActTable desk={desk} building={building} locale={locale} />}
    </div>
  )
}

type Part = { desk: Desk; building: string | undefined; locale: Locale }

function Opened({ open, today, ...part }: Part & { open: string; today: string }) {
  const { building } = part
  if (open.startsWith('ACT.') && building !== undefined) return <ActRecord {...part} building={building} actId={open.slice(4)} />
  return <HeatRecord {...part} open={open} today={today} />
}

function HouseChoice({ desk, building, locale }: Part) {
  const t = texts(locale)
  if (desk.houses.length === 0) return null
  return (
    <form method="get" className="flex max-w-2xl flex-wrap items-end gap-2">
      <SelectField size="dense" name="building" label={t('heat.list.house')} defaultValue={building ?? ''}
        options={[{ value: '', label: t('heat.list.allHouses') }, ...desk.houses.map(house => ({ value: house.buildingId, label: house.name }))]} />
      <Button type="submit">{t('heat.list.show')}</Button>
    </form>
  )
}

const hotkeys: Record<NewKind, string> = { CONTRACT: 'c', SEASON: 's', NORM: 'n', ACT: 'a' }

function NewOnes({ desk, building, locale }: Part) {
  const t = texts(locale)
  const words = { CONTRACT: t('heat.list.newContract'), SEASON: t('heat.list.newSeason'), NORM: t('heat.list.newNorm'), ACT: t('heat.list.newAct') }
  const may = newKinds.filter(kind => kind === 'SEASON' || kind === 'NORM' ? desk.mayDraft : desk.houses.length > 0)
  return (
    <div className="flex flex-wrap gap-2">
      {may.map(kind => <LinkButton key={kind} href={heatHref(locale, building, { new: kind })} icon="plus" hotkey={hotkeys[kind]}>{words[kind]}</LinkButton>)}
    </div>
  )
}
