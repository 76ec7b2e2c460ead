import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { DatedFacts, type DatedWords } from './dated-facts.tsx'
import { TransferForm } from './transfer-form.tsx'
import { AccountForm, CorrectForm, PersonsForm, type UnitWords } from './unit-forms.tsx'
import type { OutputOf } from '#app/_client/trpc.ts'
import { DeviceSheet } from '#app/_parts/meters/device-sheet.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, isLocale, type Locale } from '#server/kernel/format.ts'
import { formatAccountNumber, isId } from '#server/kernel/ids.ts'
import { shownRegisters } from '#server/meters/rules.ts'
import { privilegedServices } from '#server/premises/schema.ts'

type Unit = OutputOf<'premises.card'>
type Props = { params: Promise<{ locale: string; buildingId: string; premisesId: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('buildings.registry.history') } : {}
}

/** A unit of the register: area, accounts, who owned it when; ownership changes here by a transfer with its ground. */
export default async function UnitPage({ params }: Props) {
  const { locale, buildingId, premisesId } = await params
  if (!isLocale(locale) || !isId(buildingId) || !isId(premisesId)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/registry/${buildingId}/${premisesId}`)
  const [house, unit] = await Promise.all([api.buildings.passport({ buildingId }), api.premises.card({ buildingId, premisesId })]).catch(() => notFound())
  const meters = await api.meters.listOfPremises({ premisesId })
  const t = texts(locale)
  return (
    <div className="flex max-w-4xl flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/registry/${buildingId}`, word: t('buildings.registry.backHouse') }} note={house.name}>{t(`identity.unit.${unit.kind}`, { number: unit.number })}</PageTitle>
      <Card>
        <Facts facts={[
          { term: t('buildings.registry.column.area'), value: formatNumber(unit.areaM2) }, { term: t('buildings.registry.column.floor'), value: unit.floor ?? t('buildings.registry.notGiven') },
          { term: t('buildings.registry.column.persons'), value: unit.persons.find(each => each.since <= me.today)?.persons ?? t('buildings.registry.notGiven') },
          ...unit.accounts.map(account => ({ term: <a key={account.number} className="inline-flex min-h-9 items-center text-act underline underline-offset-4" href={`/${locale}/staff/statements/payments?number=${account.number}`}>{formatAccountNumber(account.number)}</a>,
            value: account.closedOn === null ? t('buildings.registry.open', { date: formatDate(account.openedOn) }) : t('buildings.registry.closed', { date: formatDate(account.closedOn) }) })),
        ]} />
      </Card>
      <Table caption={t('buildings.registry.history')} empty={t('buildings.registry.none')}
        columns={[
          { key: 'owner', title: t('buildings.registry.column.owners') }, { key: 'share', title: t('buildings.registry.column.share'), align: 'end' }, { key: 'since', title: t('buildings.registry.column.since') },
          { key: 'until', title: t('buildings.registry.column.until') }, { key: 'basis', title: t('buildings.registry.column.basis') },
        ]}
        rows={unit.history.map(line => ({ id: `${line.ownerId} ${line.since}`, cells: [line.name, line.share, formatDate(line.since), line.until === null ? '' : formatDate(line.until), line.basis] }))} />
      <Table caption={t('meters.staff.unitMeters')} empty={t('meters.staff.noMeters')} columns={[{ key: 'meter', title: t('meters.staff.column.meter') }, { key: 'last', title: t('meters.staff.column.last'), align: 'end' }]}
        rows={meters.map(each => ({ id: each.meterId, href: `/${locale}/staff/registry/${buildingId}/meters/${each.meterId}`,
          cells: [`${t(`meters.services.${each.service}`)} №\u00A0${each.serial}`, each.last ? `${shownRegisters(each.last.values, each)} · ${formatDate(each.last.takenOn)}` : t('meters.staff.none')] }))} />
      {house.mayCorrect && <DeviceSheet locale={locale} today={me.today} place={{ buildingId, premisesId }} />}
      {house.mayCorrect && <UnitSheets unit={unit} today={me.today} locale={locale} />}
      {house.mayCorrect && (
        <Sheet summary={t('premises.dated.title')}>
          <DatedFacts buildingId={buildingId} premisesId={premisesId} today={me.today} words={section(locale, 'premises.dated') as DatedWords}
            services={privilegedServices.map(service => ({ value: service, label: t(`billing.services.${service}`) }))}
            absences={unit.absences.map(each => ({ id: each.absenceId, title: String(each.persons), note: lineOf(each), open: true }))}
            privileges={unit.privileges.map(each => ({ id: each.privilegeId, title: t(`billing.services.${each.service}`), note: lineOf(each), open: each.until === null || each.until > me.today }))} />
        </Sheet>
      )}
      {house.mayCorrect && (
        <Sheet summary={t(unit.history.length === 0 ? 'premises.facts.firstOwners' : 'buildings.registry.transfer')}>
          <TransferForm first={unit.history.length === 0} buildingId={buildingId} premisesId={premisesId} today={me.today} words={section(locale, 'buildings.registry') as never}
            owners={unit.history.filter(line => line.until === null).map(line => ({ ownerId: line.ownerId, fullName: line.name, share: line.share }))} />
        </Sheet>
      )}
    </div>
  )
}

/** Area and the like, registered people, the account: each opens where it is changed. */
function UnitSheets({ unit, today, locale }: { unit: Unit; today: string; locale: Locale }) {
  const t = texts(locale)
  const at = { buildingId: unit.buildingId, premisesId: unit.premisesId }
  const words = section(locale, 'premises.facts') as UnitWords
  const open = unit.accounts.find(account => account.closedOn === null)
  return (
    <>
      <Sheet summary={words.correct}><CorrectForm at={at} today={today} words={words} unit={unit} /></Sheet>
      <Sheet summary={t('premises.facts.personsTitle')}>
        <PersonsForm at={at} today={today} words={words} lines={unit.persons.map(each => ({ id: each.since, title: String(each.persons), note: t('premises.facts.personsLine', { date: formatDate(each.since), ground: each.source }) }))} />
      </Sheet>
      <Sheet summary={open ? t('premises.facts.closeTitle', { number: formatAccountNumber(open.number) }) : words.openAct}><AccountForm at={at} today={today} words={words} open={open?.accountId ?? null} /></Sheet>
    </>
  )
}

function lineOf({ since, until, ground }: { since: string; until: string | null; ground: string }): string {
  return `${formatDate(since)} – ${until === null ? '' : formatDate(until)}; ${ground}`
}
