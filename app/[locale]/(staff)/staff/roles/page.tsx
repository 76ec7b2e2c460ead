import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { EndRole } from '#app/_parts/identity/roles/end-role.tsx'
import { GiveRole } from '#app/_parts/identity/roles/give-role.tsx'
import { TakeOn, type TakeOnWords } from '#app/_parts/identity/roles/take-on.tsx'
import { endProps, giveProps, termText, type GrantLine, type GrantsOfPlace } from '#app/_parts/identity/roles/words.ts'
import type { OutputOf } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatDateTime, isLocale, type Locale } from '#server/kernel/format.ts'
import { localDateOf, type LocalDate } from '#server/kernel/period.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ place?: string; text?: string }> }
type Places = OutputOf<'identity.grantPlaces'>

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('identity.grants.title') } : {}
}

/** Who holds which right over an organisation or a house; given on a paper, ended on a ground. */
export default async function RolesPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/roles`)
  const asked = await searchParams
  const text = (asked.text ?? '').slice(0, 120)
  const found = await api.identity.grantPlaces({ text })
  const chosen = found.places.find((place) => place.scopeId === asked.place) ?? found.places[0]
  const t = texts(locale)
  if (!chosen) return <><PageTitle>{t('identity.grants.title')}</PageTitle>{text === '' ? <Notice>{t('identity.grants.nowhere')}</Notice> : <PlaceForm t={t} found={found} chosen="" text={text} />}</>
  const place = await api.identity.grants({ scopeType: chosen.scopeType, scopeId: chosen.scopeId })
  return (
    <>
      <PageTitle note={place.name}>{t('identity.grants.title')}</PageTitle>
      <PlaceForm t={t} found={found} chosen={chosen.scopeId} text={text} />
      <div className="grid items-start gap-4 lg:grid-cols-[1fr_24rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <LiveTable t={t} locale={locale} place={place} />
          <Ended t={t} place={place} />
        </div>
        <div className="flex flex-col gap-4">
          <Giving t={t} locale={locale} place={place} today={me.today} />
        </div>
      </div>
    </>
  )
}

function PlaceForm({ t, found, chosen, text }: { t: Texts; found: Places; chosen: string; text: string }) {
  const search = found.more || text !== ''
  return (
    <form method="get" className="mb-3 flex max-w-3xl flex-wrap items-end gap-2">
      {search && <div className="flex-1"><Field label={t('identity.grants.find')} {...(found.more ? { hint: t('identity.grants.more') } : {})} name="text" type="search" defaultValue={text} size="dense" data-search maxLength={120} /></div>}
      <div className="min-w-60 flex-1">
        <SelectField label={t('identity.grants.place')} name="place" size="dense" defaultValue={chosen} options={found.places.map((place) => ({ value: place.scopeId, label: place.name }))} />
      </div>
      <Button type="submit" hotkey="s">{t('identity.grants.show')}</Button>
    </form>
  )
}

function LiveTable({ t, locale, place }: { t: Texts; locale: Locale; place: GrantsOfPlace }) {
  const titles = ['role', 'person', 'phone', 'basis', 'since', 'until', 'givenBy', 'end'] as const
  return (
    <Table caption={t('identity.grants.live')} empty={t('identity.grants.none')} columns={titles.map((key) => ({ key, title: t(`identity.grants.column.${key}`), whole: key === 'phone' || key === 'since' }))}
      rows={place.live.map((line) => ({
        id: line.grantId,
        cells: [
          t(`identity.roles.${line.role}`), line.mine ? <b key="name">{line.name} ({t('identity.grants.mine')})</b> : line.name, line.maskedPhone ?? '', line.basis,
          formatDate(localDateOf(line.since)), termText(t, line.until), line.givenBy ?? '', <EndCell key="end" t={t} locale={locale} line={line} />,
        ],
      }))} />
  )
}

function EndCell({ t, locale, line }: { t: Texts; locale: Locale; line: GrantLine }) {
  if (line.grounds.length === 0) return <span className="text-note">{t('identity.grants.notYours')}</span>
  return <EndRole desk {...endProps(t, locale, line)} />
}

function Ended({ t, place }: { t: Texts; place: GrantsOfPlace }) {
  return (
    <Sheet summary={t('identity.grants.ended')} value={place.ended.length}>
      <Table caption={t('identity.grants.ended')} hideCaption empty={t('identity.grants.noneEnded')}
        columns={(['role', 'person', 'endedAt', 'ground'] as const).map((key) => ({ key, title: t(`identity.grants.column.${key}`) }))}
        rows={place.ended.map((line) => ({
          id: line.grantId, cells: [t(`identity.roles.${line.role}`), line.name, line.endedAt === null ? '' : formatDateTime(line.endedAt), t(`identity.grants.grounds.${line.ground}`)],
        }))} />
      <p className="text-note">{t('identity.grants.byItself')}</p>
    </Sheet>
  )
}

function Giving({ t, locale, place, today }: { t: Texts; locale: Locale; place: GrantsOfPlace; today: LocalDate }) {
  const staff = place.mayGive.filter((role) => role === 'CLERK' || role === 'ACCOUNTANT').map((role) => ({ value: role, label: t(`identity.roles.${role}`) }))
  return (
    <>
      {place.mayGive.length > 0 && (
        <Card title={t('identity.grants.give.title')} note={t(place.scopeType === 'BUILDING' ? 'identity.grants.give.councilNote' : 'identity.grants.give.staffNote')}>
          <GiveRole desk today={today} {...giveProps(t, locale, place)} />
        </Card>
      )}
      {staff.length > 0 && <TakeOn organisationId={place.scopeId} roles={staff} words={section(locale, 'identity.grants.takeOn') as TakeOnWords} />}
    </>
  )
}
