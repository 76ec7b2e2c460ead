import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { AddForm, type AddWords } from './add-form.tsx'
import { Chosen, type ReadingsPage, type StaffReading } from './chosen.tsx'
import { CorrectForm, type CorrectWords } from './correct-form.tsx'
import { DeviceSheet } from '#app/_parts/meters/device-sheet.tsx'
import { Notice, StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, formatPeriod, isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { nextPeriod } from '#server/kernel/period.ts'
import { shownRegisters } from '#server/meters/rules.ts'

type Asked = { reading?: string; corrected?: string; added?: string; placed?: string }
type Props = { params: Promise<{ locale: string; buildingId: string; meterId: string }>; searchParams: Promise<Asked> }
type Part = { page: ReadingsPage; locale: Locale; t: Texts }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meters.staff.title') } : {}
}

/** A meter of a flat or of the house as staff see it: its readings, the one that is wrong among its neighbours, and what putting it right will change. */
export default async function MeterReadingsPage({ params, searchParams }: Props) {
  const { locale, buildingId, meterId } = await params
  if (!isLocale(locale) || !isId(buildingId) || !isId(meterId)) notFound()
  const here = `/${locale}/staff/registry/${buildingId}/meters/${meterId}`
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=${here}`)
  const page = await api.meters.readings({ buildingId, meterId }).catch(() => notFound())
  const asked = await searchParams
  const t = texts(locale)
  const { meter, unit, house } = page
  const chosen = page.readings.find(each => each.readingId === asked.reading) ?? page.readings.find(mayCorrect)
  return (
    <div className="flex max-w-4xl flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/registry/${buildingId}${unit ? `/${unit.premisesId}` : ''}`, word: t(unit ? 'meters.staff.backUnit' : 'buildings.registry.backHouse') }}
        note={unit ? `${house}, ${t(`identity.unit.${unit.kind}`, { number: unit.number })}` : t('meters.staff.ofHouse', { house })}>{`${t(`meters.services.${meter.service}`)} №\u00A0${meter.serial}`}</PageTitle>
      <WhatWasDone asked={asked} page={page} locale={locale} t={t} />
      <HouseReading page={page} locale={locale} t={t} here={here} today={me.today} added={asked.added} />
      <Readings page={page} locale={locale} t={t} here={here} current={chosen?.readingId} />
      {chosen && <Chosen page={page} reading={chosen} locale={locale} t={t}><Correction page={page} reading={chosen} locale={locale} t={t} here={here} /></Chosen>}
      {meter.mayRegister && meter.removedOn === null && <Replacement page={page} locale={locale} today={me.today} />}
    </div>
  )
}

function WhatWasDone({ asked, page, locale, t }: Part & { asked: Asked }) {
  const { meter, readings } = page
  const done = readings.find(each => each.readingId === asked.corrected)
  return (
    <>
      {asked.placed && readings[0] && <Notice tone="good" live="status">{t('meters.staff.device.placed', { date: formatDate(meter.installedOn), value: shownRegisters(readings[0].values, meter) })}</Notice>}
      {done && <Notice tone="good" live="status" title={t('meters.staff.done', { value: shownRegisters(done.values, meter), date: formatDate(done.takenOn) })}>{followsOf(done, { page, locale, t })}</Notice>}
    </>
  )
}

function Replacement({ page: { meter, unit }, locale, today }: Omit<Part, 't'> & { today: string }) {
  const { buildingId, meterId, registers, digits, decimals } = meter
  return <DeviceSheet locale={locale} today={today} place={{ buildingId, premisesId: unit?.premisesId ?? null }} old={{ meterId, registers, digits, decimals }} />
}

/** The house's meter is read here; a flat's by its people, or at the desk for a caller. */
function HouseReading({ page: { meter, readings }, locale, t, here, today, added }: Part & { here: string; today: string; added: string | undefined }) {
  if (meter.kind !== 'BUILDING' || !meter.maySubmit || meter.removedOn !== null) return null
  const done = readings.find(each => each.readingId === added)
  const counted = done?.state === 'ACCEPTED'
  return (
    <>
      {done && <Notice tone={counted ? 'good' : 'care'} live="status">{t(counted ? 'meters.staff.add.done' : 'meters.staff.add.doneFlagged', { value: shownRegisters(done.values, meter), date: formatDate(done.takenOn), month: formatPeriod(done.period, locale) })}</Notice>}
      <AddForm here={here} buildingId={meter.buildingId} meterId={meter.meterId} registers={meter.registers} unit={t(`meters.units.${meter.unit}`)} today={today} words={section(locale, 'meters.staff.add') as AddWords} />
    </>
  )
}

function Correction({ page, reading, locale, t, here }: Part & { reading: StaffReading; here: string }) {
  const { meter, unit } = page
  if (!meter.maySubmit) return <Notice>{t('meters.staff.mayNot')}</Notice>
  if (!mayCorrect(reading)) return <Notice tone="care">{t(reading.superseded ? 'errors.meters.alreadyCorrected' : 'errors.meters.onlyLastCorrected')}</Notice>
  return (
    <>
      <Notice title={t('meters.staff.follows')}>{followsOf(reading, { page, locale, t })}{reading.next && ` ${t('meters.staff.nextRecounted', { date: formatDate(reading.next.takenOn) })}`}</Notice>
      <CorrectForm key={reading.readingId} here={here} buildingId={meter.buildingId} readingId={reading.readingId} registers={meter.registers} unit={t(`meters.units.${meter.unit}`)} ofFlat={unit !== null}
        words={section(locale, 'meters.staff.form') as CorrectWords} />
    </>
  )
}

const mayCorrect = ({ superseded, next }: StaffReading): boolean => !superseded && !next?.sameDay

/** What a correction changes: the bill that is still to come, or a line on the next one. */
function followsOf(reading: StaffReading, { page, locale, t }: Part): string {
  const month = formatPeriod(reading.period, locale)
  if (!reading.billed || page.billedThrough === null) return t('meters.staff.notBilled', { month })
  const ofHouse = page.unit === null
  return t(ofHouse ? (reading.shared ? 'meters.staff.houseBilled' : 'meters.staff.houseUnused') : reading.shared ? 'meters.staff.billedShared' : 'meters.staff.billed', { month, next: formatPeriod(nextPeriod(page.billedThrough), locale) })
}

function Readings({ page: { readings, meter }, locale, t, here, current }: Part & { here: string; current: string | undefined }) {
  const end = { align: 'end' as const }
  return (
    <Table caption={t('meters.staff.readings')} empty={t('meters.history.none')}
      columns={[{ key: 'on', title: t('meters.staff.column.on') }, { key: 'month', title: t('meters.staff.column.month') }, { key: 'values', title: t('meters.staff.column.values'), ...end },
        { key: 'used', title: t('meters.history.value', { unit: t(`meters.units.${meter.unit}`) }), ...end }, { key: 'by', title: t('meters.staff.column.by') }, { key: 'state', title: t('meters.staff.column.state') }]}
      rows={readings.map(each => ({
        id: each.readingId, href: `${here}?reading=${each.readingId}#reading`, current: each.readingId === current,
        cells: [formatDate(each.takenOn), formatPeriod(each.period, locale), shownRegisters(each.values, meter), each.consumption === null ? '' : formatNumber(each.consumption), t(`meters.staff.sources.${each.source}`),
          each.superseded ? <StateMark key="state" tone="waiting">{t('meters.staff.state.CORRECTED')}</StateMark> : each.state === 'FLAGGED' ? <StateMark key="state" tone="care">{t('meters.staff.state.FLAGGED')}</StateMark>
            : each.billed ? t('meters.staff.state.BILLED') : t('meters.staff.state.COUNTED')],
      }))} />
  )
}
