import type { ReactNode } from 'react'
import type { OutputOf } from '#app/_client/trpc.ts'
import { Card } from '#app/_ui/card.tsx'
import { MomentText } from '#app/_ui/date-text.tsx'
import { Facts } from '#app/_ui/list.tsx'
import type { Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, formatPeriod, type Locale } from '#server/kernel/format.ts'
import { shownRegisters } from '#server/meters/rules.ts'

export type ReadingsPage = OutputOf<'meters.readings'>
export type StaffReading = ReadingsPage['readings'][number]
type Props = { page: ReadingsPage; reading: StaffReading; locale: Locale; t: Texts; children: ReactNode }

/** One reading with its photo, between the one before and the one after. */
export function Chosen({ page: { readings, meter }, reading, locale, t, children }: Props) {
  const counted = readings.filter(each => each.state === 'ACCEPTED' && !each.superseded && each.readingId !== reading.readingId)
  const order = (each: StaffReading) => `${each.takenOn} ${each.receivedAt.toISOString()}`
  const before = counted.find(each => order(each) < order(reading))
  const after = counted.findLast(each => order(each) > order(reading))
  const said = (each: StaffReading | undefined) => each ? `${shownRegisters(each.values, meter)} · ${formatDate(each.takenOn)}` : t('meters.staff.none')
  const photo = reading.photoFileId && `/api/files/${meter.buildingId}/${reading.photoFileId}`
  return (
    <div id="reading" className="scroll-mt-4">
      <Card title={t('meters.staff.one', { value: shownRegisters(reading.values, meter), date: formatDate(reading.takenOn) })} note={t('meters.staff.forMonth', { month: formatPeriod(reading.period, locale) })}>
        <div className="flex flex-col gap-4">
          <Facts facts={[
            { term: t('meters.staff.before'), value: said(before) },
            { term: t('meters.staff.after'), value: said(after) },
            ...(reading.consumption === null ? [] : [{ term: t('meters.history.value', { unit: t(`meters.units.${meter.unit}`) }), value: formatNumber(reading.consumption) }]),
            { term: t('meters.staff.column.by'), value: <>{t(`meters.staff.sources.${reading.source}`)} · <MomentText at={reading.receivedAt} /></> },
            ...(reading.note === '' ? [] : [{ term: t('meters.staff.note'), value: reading.note }]),
          ]} />
          {photo
            ? <a href={photo} className="self-start"><img src={photo} loading="lazy" alt={t('billing.line.readingPhoto', { serial: meter.serial })} width={240} height={240} className="max-h-60 w-auto rounded-field border border-line" /></a>
            : <p className="text-note">{t('meters.staff.noPhoto')}</p>}
          {children}
        </div>
      </Card>
    </div>
  )
}
