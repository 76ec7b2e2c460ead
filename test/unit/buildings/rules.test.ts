import { expect, test } from 'vitest'
import { annex, assertPassport, changesOf, completeness, judgePassport, passportState, type HouseFacts } from '#server/buildings/rules.ts'
import { passportPatch, type Passport } from '#server/buildings/schema.ts'

const full: Passport = {
  cadastralNumber: '20:311:045:120', atoClassifierCode: '751410000', addressRegistrationCode: '0201300091234567', intendedPurpose: 'apartmentBuilding', stockCategory: 'residential',
  condominiumRegistered: true, hasTechnicalPassport: true, balanceOwnership: 'privateCondominium', elevatorCount: 1, hasElectricity: true, yearBuilt: 1986, commissioningYear: 1986,
  lastOverhaulDate: '2009-08-20', neverOverhauled: false, totalResidential: 36, totalNonResidential: 4, totalParking: 6, storeyCount: 10, apartmentCount: 36, nonResidentialCount: 4,
  heatingType: 'central', heatingScheme: 'closed', gasSupplyType: 'networkNatural', hasGasPipeline: true, hotWaterType: 'central', waterSupplyType: 'centralised', hasWaterPipe: true,
  sewerageType: 'centralised', hasSewer: true, commonMeterCount: 3, buildingCondition: 'operating', disposalReason: null, barrierFree: false, entranceCount: 1, totalAreaM2: '2493.15', wallType: 'panel',
}
const kz: HouseFacts = { country: 'KZ', today: '2026-11-21', apartments: 36, nonResidential: 4, buildingMeters: 3, premisesAreaM2: '2493.15' }
const uz: HouseFacts = { ...kz, country: 'UZ' }
const codes = (change: Partial<Passport>, facts = kz) => judgePassport({ ...full, ...change }, facts).map(each => each.code)

test('the annex has 29 fields in order, each with a legal example', () => {
  expect(annex.map(each => each.number)).toEqual(Array.from({ length: 29 }, (_, index) => index + 1))
  expect(judgePassport(full, kz)).toEqual([])
  expect(completeness(full)).toEqual({ given: 29, of: 29, missing: [] })
})

test.each([
  ['addressCodeLength', { addressRegistrationCode: '20130009123456' }],
  ['yearOutside', { yearBuilt: 1799, lastOverhaulDate: null }],
  ['yearOutside', { yearBuilt: 2027, lastOverhaulDate: null }],
  ['overhaulInFuture', { lastOverhaulDate: '2026-11-22' }],
  ['overhaulBeforeBuilding', { lastOverhaulDate: '1985-12-31' }],
  ['overhaulAndNever', { neverOverhauled: true }],
  ['storeysOutside', { storeyCount: 0 }],
  ['storeysOutside', { storeyCount: 101 }],
  ['entrancesOutside', { entranceCount: 61 }],
  ['schemeMissing', { heatingScheme: null }],
  ['schemeWithoutCentral', { heatingType: 'autonomous' }],
  ['reasonMissing', { buildingCondition: 'declaredUnsafe' }],
] as const)('refuses to save: %s', (code, change) => {
  expect(codes(change)).toContain(code)
  expect(() => assertPassport({ ...full, ...change }, kz)).toThrow(`buildings.${code}`)
})

test.each([
  ['cadastreUnusual', { cadastralNumber: 'б/н' }],
  ['katoUnusual', { atoClassifierCode: '75141' }],
  ['addressCodeNotDigits', { addressRegistrationCode: '02013000912345AB' }],
  ['condominiumNotRegistered', { condominiumRegistered: false }],
  ['liftInLowHouse', { storeyCount: 2 }],
  ['totalBelowParts', { totalResidential: 10, totalParking: 0 }],
  ['apartmentsDiffer', { apartmentCount: 35 }],
  ['nonResidentialDiffer', { nonResidentialCount: 5 }],
  ['gasWithoutPipe', { hasGasPipeline: false }],
  ['standpipe', { hasWaterPipe: false }],
  ['sewerAndToilet', { sewerageType: 'outdoorToilet' }],
  ['metersDiffer', { commonMeterCount: 2 }],
  ['areasDiffer', { totalAreaM2: '2600' }],
] as const)('shows and keeps: %s', (code, change) => {
  expect(codes(change)).toEqual([code])
  expect(() => assertPassport({ ...full, ...change }, kz)).not.toThrow()
})

test('an area within one per cent of the sum of the premises is no finding (DQ-02)', () => {
  expect(codes({ totalAreaM2: '2500' })).toEqual([])
})

test('Uzbek houses: cadastre of the building, 1 to 60 storeys, 1 to 30 entrances, 1900 to next year (DQ-01, DQ-04)', () => {
  const house = { cadastralNumber: '10:03:02:01:05:0712:0001' }
  expect(codes(house, uz)).toEqual([])
  expect(codes({ cadastralNumber: '20:311:045:120' }, uz)).toEqual(['cadastreShape'])
  expect(codes({ cadastralNumber: '10:03:02:01:05:0712:0001:045' }, uz)).toEqual(['cadastreShape'])
  expect(codes({ ...house, storeyCount: 61 }, uz)).toEqual(['storeysOutside'])
  expect(codes({ ...house, entranceCount: 31 }, uz)).toEqual(['entrancesOutside'])
  expect(codes({ ...house, yearBuilt: 1899, lastOverhaulDate: null }, uz)).toEqual(['yearOutside'])
  expect(codes({ ...house, yearBuilt: 2027, lastOverhaulDate: null }, uz)).toEqual([])
})

test('fields 12, 18 and 28 need not be given where the annex does not ask for them', () => {
  expect(completeness({ ...full, lastOverhaulDate: null, neverOverhauled: true, heatingType: 'none', heatingScheme: null }).missing).toEqual([])
  expect(completeness({ ...full, lastOverhaulDate: null }).missing).toEqual([{ number: 12, field: 'lastOverhaulDate' }])
  expect(completeness({ ...full, totalParking: null }).missing).toEqual([{ number: 13, field: 'totalPremises' }])
})

test('a record goes from draft to complete, confirmed, and stale after 365 days', () => {
  expect(passportState({ ...full, barrierFree: null }, null, '2026-11-21')).toBe('DRAFT')
  expect(passportState(full, null, '2026-11-21')).toBe('COMPLETE')
  expect(passportState(full, '2025-11-21', '2026-11-21')).toBe('CONFIRMED')
  expect(passportState(full, '2025-11-20', '2026-11-21')).toBe('STALE')
})

test('the shape: limits of the order, leading zeros kept as text, nothing unknown among values', () => {
  expect(passportPatch.safeParse({ cadastralNumber: 'x'.repeat(201) }).success).toBe(false)
  expect(passportPatch.safeParse({ disposalReason: 'x'.repeat(501) }).success).toBe(false)
  expect(passportPatch.safeParse({ addressRegistrationCode: 201300091234567 }).success).toBe(false)
  expect(passportPatch.safeParse({ waterSupplyType: 'none' }).success).toBe(false)
  expect(passportPatch.safeParse({ lastOverhaulDate: '2026-02-30' }).success).toBe(false)
  expect(passportPatch.safeParse({ elevatorCount: 1.5 }).success).toBe(false)
})

test('only what really changes goes into the trail', () => {
  expect(changesOf({ a: 1, b: 2 }, { a: 1, b: 3 })).toEqual({ before: { b: 2 }, after: { b: 3 } })
})
