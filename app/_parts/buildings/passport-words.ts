import { annex } from '#server/buildings/rules.ts'
import { passportValues, type Passport } from '#server/buildings/schema.ts'
import { formatDate, formatNumber } from '#server/kernel/format.ts'

type Texts = (key: string, params?: Record<string, unknown>) => string

export type Fact = { number: number; term: string; value: string; given: boolean }
export type FactGroup = { key: 'identity' | 'building' | 'premises' | 'networks' | 'condition'; title: string; facts: Fact[] }

const groups: readonly FactGroup['key'][] = ['identity', 'building', 'premises', 'networks', 'condition']

type Shown = { value: string; given: boolean }

type Special = (passport: Passport, t: Texts) => string | null

// Fields whose words depend on others; null: nothing special to say.
const special: Readonly<Record<string, Special>> = {
  totalPremises: ({ totalResidential: residential, totalNonResidential: nonResidential, totalParking: parking }, t) =>
    residential === null || nonResidential === null || parking === null ? null : t('buildings.passport.parts', { residential, nonResidential, parking }),
  lastOverhaulDate: (passport, t) => (passport.neverOverhauled ? t('buildings.passport.never') : null),
  heatingScheme: (passport, t) => (passport.heatingType !== null && passport.heatingType !== 'central' ? t('buildings.passport.notNeeded') : null),
  disposalReason: (passport, t) => (passport.buildingCondition !== null && !['notOperating', 'declaredUnsafe'].includes(passport.buildingCondition) ? t('buildings.passport.notNeeded') : null),
}

/** A field of the annex as a person reads it. */
export function fieldInWords(field: string, passport: Passport, t: Texts): Shown {
  const words = special[field]?.(passport, t)
  if (words) return { value: words, given: true }
  const value = passport[field as keyof Passport]
  if (value === null || value === '' || value === undefined) return { value: t('buildings.passport.notGiven'), given: false }
  if (typeof value === 'boolean') return { value: t(value ? 'buildings.passport.yes' : 'buildings.passport.no'), given: true }
  return { value: plainWords(field, String(value), t), given: true }
}

function plainWords(field: string, value: string, t: Texts): string {
  if (field === 'lastOverhaulDate') return formatDate(value)
  if (field === 'totalAreaM2') return t('buildings.passport.area', { area: formatNumber(value) })
  return field in passportValues ? t(`buildings.passport.values.${field}.${value}`) : value
}

/** The 29 fields under five headings, each with its number in the annex. */
export function passportInWords(passport: Passport, t: Texts): FactGroup[] {
  return groups.map(key => ({
    key, title: t(`buildings.passport.group.${key}`),
    facts: annex.filter(each => each.group === key).map(({ number, field }) => ({ number, term: t(`buildings.passport.fields.${field}`), ...fieldInWords(field, passport, t) })),
  }))
}
