import { annex } from '#server/buildings/rules.ts'
import { passportValues, type Passport } from '#server/buildings/schema.ts'
import { formatDate, formatNumber } from '#server/kernel/format.ts'

type Texts = (key: string, params?: Record<string, unknown>) => string

export type Fact = { number: number; term: string; value: string; given: boolean }
export type FactGroup = { key: 'identity' | 'building' | 'premises' | 'networks' | 'condition'; title: string; facts: Fact[] }

const groups: readonly FactGroup['key'][] = ['identity', 'building', 'premises', 'networks', 'condition']

type Shown = { value: string; given: boolean }

function specialWords(field: string, passport: Passport, t: Texts): Shown | null {
  if (field === 'totalPremises') {
    const { totalResidential: residential, totalNonResidential: nonResidential, totalParking: parking } = passport
    return residential === null || nonResidential === null || parking === null ? null : { value: t('buildings.passport.parts', { residential, nonResidential, parking }), given: true }
  }
  if (field === 'lastOverhaulDate' && passport.neverOverhauled) return { value: t('buildings.passport.never'), given: true }
  if (field === 'heatingScheme' && passport.heatingType !== null && passport.heatingType !== 'central') return { value: t('buildings.passport.notNeeded'), given: true }
  const inUse = passport.buildingCondition !== null && passport.buildingCondition !== 'notOperating' && passport.buildingCondition !== 'declaredUnsafe'
  return field === 'disposalReason' && inUse ? { value: t('buildings.passport.notNeeded'), given: true } : null
}

/** A field of the annex as a person reads it. */
export function fieldInWords(field: string, passport: Passport, t: Texts): Shown {
  const special = specialWords(field, passport, t)
  if (special) return special
  const value = passport[field as keyof Passport]
  if (value === null || value === '' || value === undefined) return { value: t('buildings.passport.notGiven'), given: false }
  if (typeof value === 'boolean') return { value: t(value ? 'buildings.passport.yes' : 'buildings.passport.no'), given: true }
  if (field === 'lastOverhaulDate') return { value: formatDate(String(value)), given: true }
  if (field === 'totalAreaM2') return { value: t('buildings.passport.area', { area: formatNumber(String(value)) }), given: true }
  return { value: field in passportValues ? t(`buildings.passport.values.${field}.${String(value)}`) : String(value), given: true }
}

/** The 29 fields under five headings, each with its number in the annex. */
export function passportInWords(passport: Passport, t: Texts): FactGroup[] {
  return groups.map(key => ({
    key, title: t(`buildings.passport.group.${key}`),
    facts: annex.filter(each => each.group === key).map(({ number, field }) => ({ number, term: t(`buildings.passport.fields.${field}`), ...fieldInWords(field, passport, t) })),
  }))
}
