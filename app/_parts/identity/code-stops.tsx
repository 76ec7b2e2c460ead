import type { OutputOf } from '#app/_client/trpc.ts'
import { Notice } from '#app/_ui/notice.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDateTime, type Locale } from '#server/kernel/format.ts'

/** Why people call and say that no code comes: for all staff, while codes are stopped. */
export function CodeStops({ locale, stops }: { locale: Locale; stops: OutputOf<'identity.codeState'>['stops'] }) {
  const t = texts(locale)
  if (stops.length === 0) return null
  return (
    <Notice tone="care" live="status" title={t('identity.stops.title')}>
      <ul>
        {stops.map((stop) => (
          <li key={`${stop.cause} ${stop.scope}`}>
            {t(`identity.stops.${stop.cause}`, { scope: stop.cause === 'MONEY' ? t(`notifications.countries.${stop.scope}`) : stop.scope, until: formatDateTime(stop.until) })}
          </li>
        ))}
      </ul>
    </Notice>
  )
}
