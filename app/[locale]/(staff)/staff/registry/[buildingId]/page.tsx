import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { DebtorsButton } from '#app/_parts/billing/debtors-button.tsx'
import { passportInWords } from '#app/_parts/buildings/passport-words.ts'
import { PassportCard } from '#app/_parts/buildings/passport-card.tsx'
import { DeviceSheet } from '#app/_parts/meters/device-sheet.tsx'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { completeness } from '#server/buildings/rules.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, isLocale, type Locale } from '#server/kernel/format.ts'
import { formatAccountNumber, isId } from '#server/kernel/ids.ts'

type Props = { params: Promise<{ locale: string; buildingId: string }> }
type Api = Awaited<ReturnType<typeof caller>>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('buildings.registry.title') } : {}
}

/** A house of the register: what is wrong with it, its units with owners and accounts, its passport. */
export default async function HousePage({ params }: Props) {
  const { locale, buildingId } = await params
  if (!isLocale(locale) || !isId(buildingId)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/registry/${buildingId}`)
  const house = await api.buildings.passport({ buildingId }).catch(() => notFound())
  const [judged, units, quality, meters] = await Promise.all([api.buildings.judge({ buildingId }), api.premises.list({ buildingId }), api.premises.findings({ buildingId }), api.meters.listOfHouse({ buildingId })])
  const mayBill = me.roles.some(({ role }) => role === 'MANAGER' || role === 'ACCOUNTANT')
  const t = texts(locale)
  const filled = completeness(house.passport)
  const address = { uz: house.addressUz, kk: house.addressKk, ru: house.addressRu }[locale]
  const findings = [...judged.map(each => t(each.severity === 'ERROR' ? `errors.buildings.${each.code}` : `buildings.findings.${each.code}`, each.params)), ...quality.map(each => t(`buildings.registry.quality.${each.code}`, { number: each.number, value: each.value }))]
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/registry`, word: t('buildings.registry.back') }} note={address || t('buildings.passport.addressNotGiven')}>{house.name}</PageTitle>
      <Card title={t('buildings.registry.findings')}>
        {findings.length === 0 ? <StateMark tone="good">{t('buildings.registry.noFindings')}</StateMark> : (
          <ul className="flex flex-col gap-1">{findings.slice(0, 40).map(text => <li key={text}><StateMark tone="care">{text}</StateMark></li>)}</ul>
        )}
      </Card>
      <div className="flex flex-wrap gap-2">
        {mayBill && <LinkButton href={`/${locale}/staff/services?building=${buildingId}`}>{t('services.link')}</LinkButton>}
        {(mayBill || me.roles.some(({ role }) => role === 'PLATFORM_ADMIN')) && <LinkButton href={`/${locale}/staff/registry/${buildingId}/openings`}>{t('ledger.openings.link')}</LinkButton>}
      </div>
      {mayBill && <DebtorsButton buildingId={buildingId} locale={locale} t={t} />}
      {meters.length > 0 && <HouseMeters buildingId={buildingId} meters={meters} locale={locale} t={t} />}
      {house.mayCorrect && <DeviceSheet locale={locale} today={me.today} place={{ buildingId, premisesId: null }} />}
      <Units units={units} locale={locale} t={t} />
      <Sheet summary={t('buildings.registry.passport')} value={t('buildings.passport.filled', { given: filled.given, of: filled.of })}>
        {house.mayCorrect && <LinkButton kind="plain" href={`/${locale}/staff/registry/${buildingId}/passport`}>{t('buildings.registry.edit')}</LinkButton>}
        <div className="grid gap-4 lg:grid-cols-2">{passportInWords(house.passport, t).map(group => <PassportCard key={group.key} group={group} />)}</div>
      </Sheet>
    </div>
  )
}

function HouseMeters({ buildingId, meters, locale, t }: { buildingId: string; meters: Awaited<ReturnType<Api['meters']['listOfHouse']>>; locale: Locale; t: Texts }) {
  return (
    <div id="meters"><Table caption={t('meters.staff.houseMeters')} columns={[{ key: 'meter', title: t('meters.staff.column.meter') }, { key: 'last', title: t('meters.staff.column.last'), align: 'end' }]}
      rows={meters.map(each => ({ id: each.meterId, href: `/${locale}/staff/registry/${buildingId}/meters/${each.meterId}`,
        cells: [`${t(`meters.services.${each.service}`)} №\u00A0${each.serial}`, each.lastOn === null ? t('meters.staff.none') : `${each.lastValues.map(formatNumber).join(' / ')} · ${formatDate(each.lastOn)}`] }))} /></div>
  )
}

function Units({ units, locale, t }: { units: Awaited<ReturnType<Api['premises']['list']>>; locale: Locale; t: Texts }) {
  const end = { align: 'end' as const }
  return (
    <Table caption={t('buildings.registry.units')} empty={t('buildings.registry.none')}
      columns={[
        { key: 'number', title: t('buildings.registry.column.number') }, { key: 'kind', title: t('buildings.registry.column.kind') }, { key: 'floor', title: t('buildings.registry.column.floor'), ...end },
        { key: 'area', title: t('buildings.registry.column.area'), ...end }, { key: 'persons', title: t('buildings.registry.column.persons'), ...end },
        { key: 'account', title: t('buildings.registry.column.account'), whole: true }, { key: 'owners', title: t('buildings.registry.column.owners') },
      ]}
      rows={units.map(unit => ({
        id: unit.premisesId, href: `/${locale}/staff/registry/${unit.buildingId}/${unit.premisesId}`,
        cells: [
          unit.numberState === 'ASSIGNED' ? <span key="number">{unit.number} <i className="text-note">{t('buildings.registry.assigned')}</i></span> : unit.number,
          t(`premises.kind.${unit.kind}`), unit.floor ?? '', formatNumber(unit.areaM2), unit.persons ?? '',
          unit.accountNumber === null ? '' : formatAccountNumber(unit.accountNumber), unit.owners.map(owner => (owner.share === '1' ? owner.name : `${owner.name} (${owner.share})`)).join(', '),
        ],
      }))} />
  )
}
