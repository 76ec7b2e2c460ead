import type { OutputOf } from '#app/_client/trpc.ts'
import type { Texts } from '#server/infra/texts.ts'
import { formatDate } from '#server/kernel/format.ts'

export type ServicesDesk = OutputOf<'billing.services'>
export type Way = Pick<ServicesDesk['rows'][number], 'volumeOf' | 'kinds' | 'seasonal' | 'commonSharedBy'> & { readonly method: ServicesDesk['rows'][number]['method'] | null }
export type WayField = keyof Way

/** The address of the screen with a house, and with what is open on it. */
export function servicesHref(locale: string, building: string | undefined, more: Record<string, string> = {}): string {
  const asked = new URLSearchParams({ ...(building === undefined ? {} : { building }), ...more }).toString()
  return `/${locale}/staff/services${asked === '' ? '' : `?${asked}`}`
}

export const methodOf = ({ method }: Pick<Way, 'method'>, t: Texts): string => t(`services.methods.${method ?? 'NONE'}`)
export const lastDayOf = (to: string | null, t: Texts): string => to === null ? t('services.list.open') : formatDate(to)

const values: Record<WayField, (way: Way, t: Texts) => string> = {
  method: methodOf,
  volumeOf: (way, t) => way.volumeOf.map(each => t(`billing.services.${each}`)).join(', '),
  kinds: (way, t) => way.kinds.map(each => t(`billing.kinds.${each}`)).join(', '),
  seasonal: (way, t) => t(way.seasonal ? 'services.values.seasonal' : 'services.values.allYear'),
  commonSharedBy: (way, t) => t(`services.common.${way.commonSharedBy ?? 'NONE'}`),
}

/** What one field of a way says. */
export const fieldOf = (way: Way, field: WayField, t: Texts): string => values[field](way, t)

/** Of whom, and what is not said by the method itself. */
export function moreOf(way: Way, t: Texts): string {
  return [fieldOf(way, 'kinds', t), way.volumeOf.length === 0 ? '' : t('services.values.volumeOf', { services: fieldOf(way, 'volumeOf', t) }), way.seasonal ? t('services.values.seasonal') : '',
    way.commonSharedBy === null ? '' : fieldOf(way, 'commonSharedBy', t)].filter(Boolean).join('; ')
}
