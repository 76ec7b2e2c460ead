import { DeviceForm, type DeviceWords, type OldDevice } from './device-form.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { section, texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'
import { services } from '#server/meters/schema.ts'

type Props = { locale: Locale; today: string; place: { buildingId: string; premisesId: string | null }; old?: OldDevice }

/** One tap behind: a device for a flat or for the house, or another one in the place of `old`. */
export function DeviceSheet({ locale, today, place, old = null }: Props) {
  const t = texts(locale)
  return (
    <Sheet summary={t(old === null ? 'meters.staff.device.register' : 'meters.staff.device.replace')}>
      <DeviceForm house={`/${locale}/staff/registry/${place.buildingId}`} place={place} old={old} today={today} words={section(locale, 'meters.staff.device') as DeviceWords}
        services={services.map(service => ({ value: service, label: t(`meters.services.${service}`) }))} />
    </Sheet>
  )
}
