import type { OutputOf } from '#app/_client/trpc.ts'
import type { Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber } from '#server/kernel/format.ts'

export type NormDesk = OutputOf<'billing.norms'>
export type NormRow = NormDesk['rows'][number]

export const normsHref = (locale: string, more: Record<string, string> = {}): string => {
  const asked = new URLSearchParams(more).toString()
  return `/${locale}/staff/norms${asked === '' ? '' : `?${asked}`}`
}
export const figureOf = ({ perPerson, unit }: Pick<NormRow, 'perPerson' | 'unit'>, t: Texts): string => t('norms.list.figure', { figure: formatNumber(perPerson), unit: t(`billing.units.${unit}`) })
export const lastDayOf = ({ to }: NormRow, t: Texts): string => to === null ? t('penalties.list.open') : formatDate(to)
export const placeOf = ({ country, territoryPrefix, place }: Pick<NormRow, 'country' | 'territoryPrefix' | 'place'>, t: Texts): string =>
  territoryPrefix === '' ? `${t(`tariffs.country.${country}`)}, ${t('tariffs.values.wholeCountry')}` : place
