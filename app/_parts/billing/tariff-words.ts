import { tariffFields, type TariffField, type TariffWords } from '#server/billing/difference/rules.ts'
import { formatDate, formatNumber } from '#server/kernel/format.ts'
import type { Texts } from '#server/infra/texts.ts'

type Told = TariffWords & { readonly territory: string; readonly actNumber: string | null; readonly demonstration: boolean; readonly state: string }

const special: Partial<Record<TariffField, (tariff: Told, t: Texts) => string>> = {
  territoryPrefix: placeInWords,
  customerClass: (tariff, t) => t(`tariffs.classes.${tariff.customerClass}`),
  basis: (tariff, t) => t(`tariffs.bases.${tariff.basis}`),
  unit: (tariff, t) => t(`billing.units.${tariff.unit}`),
  price: (tariff, t) => tariff.price === null ? t('tariffs.values.none') : formatNumber(tariff.price),
  tiers: (tariff, t) => tariff.tiers === null ? t('tariffs.values.none') : tiersInWords(tariff, t),
  vatMode: (tariff, t) => t(`tariffs.vat.${tariff.vatMode}`),
  vatRate: (tariff, t) => tariff.vatRate === null ? t('tariffs.values.byLaw') : t('tariffs.values.rate', { rate: formatNumber(tariff.vatRate) }),
  actId: (tariff, t) => tariff.actNumber === null ? t('tariffs.values.none') : `№ ${tariff.actNumber}`,
  // What was invented for showing has no source to name.
  source: (tariff, t) => tariff.demonstration && tariff.state !== 'DRAFT' ? t('billing.bill.demonstration') : tariff.source,
  validFrom: tariff => formatDate(tariff.validFrom),
  validTo: (tariff, t) => tariff.validTo === null ? t('tariffs.values.open') : formatDate(tariff.validTo),
}

/** What one field of a tariff says, in words. */
export function fieldInWords(tariff: Told, field: TariffField, t: Texts): string {
  const value = tariff[field]
  return special[field]?.(tariff, t) ?? conditionInWords(typeof value === 'object' ? null : value, t)
}

function conditionInWords(value: string | boolean | null, t: Texts): string {
  if (value === null) return t('tariffs.values.any')
  return typeof value === 'boolean' ? t(value ? 'tariffs.values.yes' : 'tariffs.values.no') : value
}

export function placeInWords({ territoryPrefix, territory }: Told, t: Texts): string {
  return territoryPrefix === '' ? t('tariffs.values.wholeCountry') : territory
}

function tiersInWords({ tiers }: Told, t: Texts): string {
  return (tiers ?? []).map(({ upTo, price }) => upTo === null ? t('tariffs.values.above', { price: formatNumber(price) }) : t('tariffs.values.upTo', { to: formatNumber(upTo), price: formatNumber(price) })).join('; ')
}

/** The price in one cell: a figure for a unit, or the tiers. */
export function priceInWords(tariff: Told, t: Texts): string {
  if (tariff.tiers !== null) return t('tariffs.values.tiered', { tiers: tiersInWords(tariff, t), unit: t(`billing.units.${tariff.unit}`) })
  return t('tariffs.values.one', { price: formatNumber(tariff.price ?? '0'), unit: t(`billing.units.${tariff.unit}`) })
}

/** What tells a tariff from another of the same service and place: whose it is, under which condition, in which months. */
export function conditionsInWords(tariff: Told, t: Texts): string {
  const told = (['stove', 'metered', 'buildingMeter', 'privileged'] as const).flatMap(field => tariff[field] === null ? [] : [t(`tariffs.conditions.${field}.${tariff[field] ? 'yes' : 'no'}`)])
  const months = fieldInWords(tariff, 'months', t)
  const all = [...(tariff.customerClass === 'OTHER' ? [t('tariffs.conditions.OTHER')] : []), ...told, ...(tariff.months === null ? [] : [t('tariffs.conditions.months', { months })])]
  return all.length === 0 ? t('tariffs.values.everybody') : all.join(', ')
}

/** Fields that say something; conditions that do not matter are left out. */
export function tellingFields(tariff: Told): TariffField[] {
  return tariffFields.filter(field => field !== 'actId' && (tariff[field] !== null || field === 'validTo' || (field === 'vatRate' && tariff.vatMode === 'NET')))
}
