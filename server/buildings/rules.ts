import { invalid, type ErrorCode } from '#server/kernel/errors.ts'
import { isKato, parseCadastre } from '#server/kernel/identifiers.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import { compareDates, daysBetween, type LocalDate } from '#server/kernel/period.ts'
import { addDecimal, compareDecimal, multiplyDecimal, subtractDecimal } from '#server/kernel/quantity.ts'
import type { Passport, PassportField } from './schema.ts'

/** The annex: number of the field, its name, and the columns it consists of. */
export const annex: readonly { number: number; field: string; parts: readonly PassportField[]; group: 'identity' | 'building' | 'premises' | 'networks' | 'condition' }[] = [
  { number: 1, field: 'cadastralNumber', parts: ['cadastralNumber'], group: 'identity' },
  { number: 2, field: 'atoClassifierCode', parts: ['atoClassifierCode'], group: 'identity' },
  { number: 3, field: 'addressRegistrationCode', parts: ['addressRegistrationCode'], group: 'identity' },
  { number: 4, field: 'intendedPurpose', parts: ['intendedPurpose'], group: 'identity' },
  { number: 5, field: 'stockCategory', parts: ['stockCategory'], group: 'identity' },
  { number: 6, field: 'condominiumRegistered', parts: ['condominiumRegistered'], group: 'identity' },
  { number: 7, field: 'hasTechnicalPassport', parts: ['hasTechnicalPassport'], group: 'identity' },
  { number: 8, field: 'balanceOwnership', parts: ['balanceOwnership'], group: 'identity' },
  { number: 9, field: 'elevatorCount', parts: ['elevatorCount'], group: 'building' },
  { number: 10, field: 'hasElectricity', parts: ['hasElectricity'], group: 'networks' },
  { number: 11, field: 'yearBuilt', parts: ['yearBuilt'], group: 'building' },
  { number: 12, field: 'lastOverhaulDate', parts: ['lastOverhaulDate'], group: 'building' },
  { number: 13, field: 'totalPremises', parts: ['totalResidential', 'totalNonResidential', 'totalParking'], group: 'premises' },
  { number: 14, field: 'storeyCount', parts: ['storeyCount'], group: 'building' },
  { number: 15, field: 'apartmentCount', parts: ['apartmentCount'], group: 'premises' },
  { number: 16, field: 'nonResidentialCount', parts: ['nonResidentialCount'], group: 'premises' },
  { number: 17, field: 'heatingType', parts: ['heatingType'], group: 'networks' },
  { number: 18, field: 'heatingScheme', parts: ['heatingScheme'], group: 'networks' },
  { number: 19, field: 'gasSupplyType', parts: ['gasSupplyType'], group: 'networks' },
  { number: 20, field: 'hasGasPipeline', parts: ['hasGasPipeline'], group: 'networks' },
  { number: 21, field: 'hotWaterType', parts: ['hotWaterType'], group: 'networks' },
  { number: 22, field: 'waterSupplyType', parts: ['waterSupplyType'], group: 'networks' },
  { number: 23, field: 'hasWaterPipe', parts: ['hasWaterPipe'], group: 'networks' },
  { number: 24, field: 'sewerageType', parts: ['sewerageType'], group: 'networks' },
  { number: 25, field: 'hasSewer', parts: ['hasSewer'], group: 'networks' },
  { number: 26, field: 'commonMeterCount', parts: ['commonMeterCount'], group: 'networks' },
  { number: 27, field: 'buildingCondition', parts: ['buildingCondition'], group: 'condition' },
  { number: 28, field: 'disposalReason', parts: ['disposalReason'], group: 'condition' },
  { number: 29, field: 'barrierFree', parts: ['barrierFree'], group: 'condition' },
]

export type Finding = { severity: 'ERROR' | 'WARNING'; field: string; code: string; params: Record<string, string | number> }

/** What the record is compared with; null: not known. */
export type HouseFacts = {
  country: Country
  today: LocalDate
  apartments: number | null
  nonResidential: number | null
  buildingMeters: number | null
  premisesAreaM2: string | null
}

type Check = (passport: Passport, facts: HouseFacts) => Omit<Finding, 'severity'> | null

const outOfUse = ['notOperating', 'declaredUnsafe']

function finding(field: string, code: string, params: Finding['params'] = {}): Omit<Finding, 'severity'> {
  return { field, code, params }
}

function yearOutside(year: number | null, facts: HouseFacts): boolean {
  const thisYear = Number(facts.today.slice(0, 4))
  // DQ-04 for Uzbekistan: 1900 … next year; the Kazakh annex: 1800 … this year.
  return year !== null && (year < (facts.country === 'UZ' ? 1900 : 1800) || year > thisYear + (facts.country === 'UZ' ? 1 : 0))
}

// Each stops saving; codes are keys of locales/<l>/errors/buildings.json.
const errors: readonly Check[] = [
  p => p.addressRegistrationCode !== null && [...p.addressRegistrationCode].length !== 16 ? finding('addressRegistrationCode', 'addressCodeLength', { length: [...p.addressRegistrationCode].length }) : null,
  (p, f) => f.country === 'UZ' && p.cadastralNumber !== null && parseCadastre(p.cadastralNumber)?.part !== null ? finding('cadastralNumber', 'cadastreShape') : null,
  (p, f) => yearOutside(p.yearBuilt, f) ? finding('yearBuilt', 'yearOutside', { year: p.yearBuilt ?? 0 }) : null,
  (p, f) => yearOutside(p.commissioningYear, f) ? finding('yearBuilt', 'yearOutside', { year: p.commissioningYear ?? 0 }) : null,
  (p, f) => p.lastOverhaulDate !== null && compareDates(p.lastOverhaulDate, f.today) > 0 ? finding('lastOverhaulDate', 'overhaulInFuture') : null,
  p => p.lastOverhaulDate !== null && p.yearBuilt !== null && Number(p.lastOverhaulDate.slice(0, 4)) < p.yearBuilt ? finding('lastOverhaulDate', 'overhaulBeforeBuilding', { year: p.yearBuilt }) : null,
  p => p.lastOverhaulDate !== null && p.neverOverhauled ? finding('lastOverhaulDate', 'overhaulAndNever') : null,
  (p, f) => p.storeyCount !== null && (p.storeyCount < 1 || p.storeyCount > (f.country === 'UZ' ? 60 : 100)) ? finding('storeyCount', 'storeysOutside', { count: p.storeyCount }) : null,
  (p, f) => p.entranceCount !== null && (p.entranceCount < 1 || p.entranceCount > (f.country === 'UZ' ? 30 : 60)) ? finding('entranceCount', 'entrancesOutside', { count: p.entranceCount }) : null,
  p => p.heatingType === 'central' && p.heatingScheme === null ? finding('heatingScheme', 'schemeMissing') : null,
  p => p.heatingType !== null && p.heatingType !== 'central' && p.heatingScheme !== null ? finding('heatingScheme', 'schemeWithoutCentral') : null,
  p => p.buildingCondition !== null && outOfUse.includes(p.buildingCondition) && p.disposalReason === null ? finding('disposalReason', 'reasonMissing') : null,
]

function digitsOnly(text: string): boolean {
  return /^\d+$/.test(text)
}

function areasDiffer(total: string, sum: string): boolean {
  const difference = subtractDecimal(total, sum)
  const distance = difference.startsWith('-') ? difference.slice(1) : difference
  return compareDecimal(multiplyDecimal(distance, '100'), total) > 0
}

function premisesTotal(p: Passport): number | null {
  if (p.totalResidential === null || p.totalNonResidential === null || p.totalParking === null) return null
  return p.totalResidential + p.totalNonResidential + p.totalParking
}

// Each is shown and kept; codes are keys under buildings.findings.
const warnings: readonly Check[] = [
  (p, f) => f.country === 'KZ' && p.cadastralNumber !== null && !/^\d{2}:\d{3}:\d{3}:\d+/.test(p.cadastralNumber) ? finding('cadastralNumber', 'cadastreUnusual') : null,
  (p, f) => f.country === 'KZ' && p.atoClassifierCode !== null && !isKato(p.atoClassifierCode) ? finding('atoClassifierCode', 'katoUnusual') : null,
  p => p.addressRegistrationCode !== null && !digitsOnly(p.addressRegistrationCode) ? finding('addressRegistrationCode', 'addressCodeNotDigits') : null,
  p => p.condominiumRegistered === false && p.balanceOwnership === 'privateCondominium' ? finding('condominiumRegistered', 'condominiumNotRegistered') : null,
  p => (p.elevatorCount ?? 0) > 0 && p.storeyCount !== null && p.storeyCount <= 2 ? finding('elevatorCount', 'liftInLowHouse', { count: p.storeyCount }) : null,
  p => {
    const total = premisesTotal(p)
    return total !== null && total < (p.apartmentCount ?? 0) + (p.nonResidentialCount ?? 0) ? finding('totalPremises', 'totalBelowParts', { total }) : null
  },
  (p, f) => p.apartmentCount !== null && f.apartments !== null && f.apartments !== p.apartmentCount ? finding('apartmentCount', 'apartmentsDiffer', { given: p.apartmentCount, found: f.apartments }) : null,
  (p, f) => p.nonResidentialCount !== null && f.nonResidential !== null && f.nonResidential !== p.nonResidentialCount ? finding('nonResidentialCount', 'nonResidentialDiffer', { given: p.nonResidentialCount, found: f.nonResidential }) : null,
  p => p.gasSupplyType === 'networkNatural' && p.hasGasPipeline === false ? finding('hasGasPipeline', 'gasWithoutPipe') : null,
  p => p.waterSupplyType === 'centralised' && p.hasWaterPipe === false ? finding('hasWaterPipe', 'standpipe') : null,
  p => p.sewerageType === 'outdoorToilet' && p.hasSewer === true ? finding('hasSewer', 'sewerAndToilet') : null,
  (p, f) => p.commonMeterCount !== null && f.buildingMeters !== null && f.buildingMeters !== p.commonMeterCount ? finding('commonMeterCount', 'metersDiffer', { given: p.commonMeterCount, found: f.buildingMeters }) : null,
  (p, f) => p.totalAreaM2 !== null && f.premisesAreaM2 !== null && compareDecimal(p.totalAreaM2, '0') > 0 && areasDiffer(p.totalAreaM2, f.premisesAreaM2)
    ? finding('totalAreaM2', 'areasDiffer', { given: addDecimal(p.totalAreaM2, '0'), found: addDecimal(f.premisesAreaM2, '0') }) : null,
]

/** Everything that the rules say of the record: errors first. */
export function judgePassport(passport: Passport, facts: HouseFacts): Finding[] {
  const run = (checks: readonly Check[], severity: Finding['severity']) =>
    checks.flatMap(check => {
      const found = check(passport, facts)
      return found ? [{ severity, ...found }] : []
    })
  return [...run(errors, 'ERROR'), ...run(warnings, 'WARNING')]
}

/** Refuses to save a record with an error; its first sentence is told. */
export function assertPassport(passport: Passport, facts: HouseFacts): void {
  const error = judgePassport(passport, facts).find(each => each.severity === 'ERROR')
  if (error) throw invalid(`buildings.${error.code}` as ErrorCode, { field: error.field, ...error.params })
}

function isGiven(passport: Passport, field: string, parts: readonly PassportField[]): boolean {
  if (field === 'lastOverhaulDate' && passport.neverOverhauled) return true
  if (field === 'heatingScheme' && passport.heatingType !== null && passport.heatingType !== 'central') return true
  if (field === 'disposalReason' && passport.buildingCondition !== null && !outOfUse.includes(passport.buildingCondition)) return true
  return parts.every(part => passport[part] !== null && passport[part] !== '')
}

/** How many of the 29 fields are given or need not be, and which are missing. */
export function completeness(passport: Passport): { given: number; of: number; missing: { number: number; field: string }[] } {
  const missing = annex.filter(({ field, parts }) => !isGiven(passport, field, parts)).map(({ number, field }) => ({ number, field }))
  return { given: annex.length - missing.length, of: annex.length, missing }
}

export type PassportState = 'DRAFT' | 'COMPLETE' | 'CONFIRMED' | 'STALE'

/** draft → complete → confirmed → stale after 365 days (kazakhstan.md 2). */
export function passportState(passport: Passport, confirmedOn: LocalDate | null, today: LocalDate): PassportState {
  if (completeness(passport).missing.length > 0) return 'DRAFT'
  if (confirmedOn === null) return 'COMPLETE'
  return daysBetween(confirmedOn, today) > 365 ? 'STALE' : 'CONFIRMED'
}

/** The fields that a correction really changes, with both values. */
export function changesOf<T extends Record<string, unknown>>(before: T, after: T): { before: Partial<T>; after: Partial<T> } {
  const changed = Object.keys(after).filter(key => before[key] !== after[key])
  const pick = (from: T) => Object.fromEntries(changed.map(key => [key, from[key]])) as Partial<T>
  return { before: pick(before), after: pick(after) }
}
