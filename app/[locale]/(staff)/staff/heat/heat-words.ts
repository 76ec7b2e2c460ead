import type { OutputOf } from '#app/_client/trpc.ts'
import type { Texts } from '#server/infra/texts.ts'
import { formatDate } from '#server/kernel/format.ts'

export type Desk = OutputOf<'billing.heat'>
export type SeasonRow = Desk['seasons'][number]
export type ContractRow = Desk['contracts'][number]
export type ActRow = Desk['acts'][number]
export const newKinds = ['CONTRACT', 'SEASON', 'NORM', 'ACT'] as const
export type NewKind = (typeof newKinds)[number]

/** The address of the screen with a house, and with what is open on it. */
export function heatHref(locale: string, building: string | undefined, more: Record<string, string> = {}): string {
  const asked = new URLSearchParams({ ...(building === undefined ? {} : { building }), ...more }).toString()
  return `/${locale}/staff/heat${asked === '' ? '' : `?${asked}`}`
}

export function placeOf(row: Pick<SeasonRow, 'country' | 'place'>, t: Texts): string {
  return row.place === '' ? `${t(`tariffs.country.${row.country}`)}, ${t('heat.list.wholeCountry')}` : row.place
}

export function lastDayOf(to: string | null, t: Texts): string {
  return to === null ? t('heat.list.open') : formatDate(to)
}

export function forWhom({ unitKind, unitNumber }: Pick<ContractRow, 'unitKind' | 'unitNumber'>, t: Texts): string {
  return unitKind === null ? t('heat.list.wholeHouse') : t(`identity.unit.${unitKind}`, { number: unitNumber ?? '' })
}

/** Whether an act still takes its days off. */
export function actState({ withdrawnReason, counterAct }: Pick<ActRow, 'withdrawnReason' | 'counterAct'>, t: Texts): string {
  if (withdrawnReason === null) return t('heat.acts.IN_FORCE')
  return counterAct === null ? t('heat.acts.WITHDRAWN') : t('heat.acts.UNDONE', { act: counterAct })
}
