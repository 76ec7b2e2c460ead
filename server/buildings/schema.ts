import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'
import { isLocalDate } from '#server/kernel/period.ts'

/** Permitted values of the annex (kazakhstan.md 2.1); their words are in locales/<l>/buildings.json. */
export const passportValues = {
  intendedPurpose: ['apartmentBuilding'],
  stockCategory: ['residential', 'nonResidential'],
  balanceOwnership: ['privateCondominium', 'privateSingleOwner', 'stateEnterprise', 'stateInstitution'],
  heatingType: ['central', 'autonomous', 'individualUnits', 'none'],
  heatingScheme: ['open', 'closed'],
  gasSupplyType: ['networkNatural', 'lpgTank', 'lpgCylinder', 'none'],
  hotWaterType: ['central', 'autonomous', 'individualUnits', 'none'],
  waterSupplyType: ['centralised', 'nonCentralised'],
  sewerageType: ['centralised', 'septic', 'outdoorToilet'],
  buildingCondition: ['operating', 'operatingNeedsOverhaul', 'operatingInRenewal', 'notOperating', 'declaredUnsafe'],
} as const

const given = <T extends z.ZodMiniType>(type: T) => z.optional(z.nullable(type))
const text = (most: number) => given(z.string().check(z.trim(), z.minLength(1), z.maxLength(most)))
const count = (most: number) => given(z.int().check(z.gte(0), z.lte(most)))
const yesNo = given(z.boolean())
const day = given(z.string().check(z.refine(isLocalDate)))

/** The 29 fields by their names; a field left out is not touched, null is 'not given'. Meaning is judged in rules.ts. */
export const passportPatch = z.object({
  cadastralNumber: text(200),
  atoClassifierCode: text(500),
  addressRegistrationCode: text(40),
  intendedPurpose: given(z.enum(passportValues.intendedPurpose)),
  stockCategory: given(z.enum(passportValues.stockCategory)),
  condominiumRegistered: yesNo,
  hasTechnicalPassport: yesNo,
  balanceOwnership: given(z.enum(passportValues.balanceOwnership)),
  elevatorCount: count(99),
  hasElectricity: yesNo,
  yearBuilt: count(9999),
  commissioningYear: count(9999),
  lastOverhaulDate: day,
  neverOverhauled: z.optional(z.boolean()),
  totalResidential: count(100_000),
  totalNonResidential: count(100_000),
  totalParking: count(100_000),
  storeyCount: count(1000),
  apartmentCount: count(100_000),
  nonResidentialCount: count(100_000),
  heatingType: given(z.enum(passportValues.heatingType)),
  heatingScheme: given(z.enum(passportValues.heatingScheme)),
  gasSupplyType: given(z.enum(passportValues.gasSupplyType)),
  hasGasPipeline: yesNo,
  hotWaterType: given(z.enum(passportValues.hotWaterType)),
  waterSupplyType: given(z.enum(passportValues.waterSupplyType)),
  hasWaterPipe: yesNo,
  sewerageType: given(z.enum(passportValues.sewerageType)),
  hasSewer: yesNo,
  commonMeterCount: count(10_000),
  buildingCondition: given(z.enum(passportValues.buildingCondition)),
  disposalReason: text(500),
  barrierFree: yesNo,
  entranceCount: count(1000),
  totalAreaM2: given(z.string().check(z.regex(/^\d{1,9}(\.\d{1,2})?$/))),
  wallType: z.optional(z.string().check(z.maxLength(60))),
})
export type PassportPatch = z.infer<typeof passportPatch>

/** The whole record as it is stored; null is 'not given'. */
export type Passport = { [K in Exclude<keyof PassportPatch, 'neverOverhauled' | 'wallType'>]-?: Exclude<PassportPatch[K], undefined> } & { neverOverhauled: boolean; wallType: string }
export type PassportField = keyof Passport

const id = z.string().check(z.refine(isId))
const address = z.string().check(z.trim(), z.maxLength(300))
const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(120))

export const registerBuildingInput = z.object({
  buildingId: id,
  country: z.enum(['UZ', 'KZ']),
  territoryCode: z.string().check(z.regex(/^\d{2,10}$/)),
  name,
  addressUz: address, addressKk: address, addressRu: address,
  /** Who manages it; left out: the organisation of the person who registers. */
  organisationId: z.optional(id),
  passport: passportPatch,
})
export type RegisterBuildingInput = z.infer<typeof registerBuildingInput>

export const correctBuildingInput = z.object({
  buildingId: id,
  name: z.optional(name),
  addressUz: z.optional(address), addressKk: z.optional(address), addressRu: z.optional(address),
  passport: passportPatch,
  /** Document or reason on which the change rests. */
  ground: z.string().check(z.trim(), z.minLength(3), z.maxLength(300)),
})
export type CorrectBuildingInput = z.infer<typeof correctBuildingInput>

export const buildingInput = z.object({ buildingId: id })

export const listBuildingsInput = z.object({
  text: z._default(z.string().check(z.trim(), z.maxLength(120)), ''),
  sort: z._default(z.enum(['name', 'filled', 'year']), 'name'),
  page: z._default(z.int().check(z.gte(1), z.lte(10_000)), 1),
})
export type ListBuildingsInput = z.output<typeof listBuildingsInput>
