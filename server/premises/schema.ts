import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'
import { isLocalDate } from '#server/kernel/period.ts'

export const premisesKinds = ['APARTMENT', 'NON_RESIDENTIAL', 'PARKING', 'STORAGE'] as const
export type PremisesKind = (typeof premisesKinds)[number]
export const ownerKinds = ['PERSON', 'ORGANISATION', 'STATE'] as const

const id = z.string().check(z.refine(isId))
const day = z.string().check(z.refine(isLocalDate))
const ground = z.string().check(z.trim(), z.minLength(3), z.maxLength(300))
const area = z.string().check(z.trim(), z.maxLength(20))

export const buildingInput = z.object({ buildingId: id })
export const premisesInput = z.object({ buildingId: id, premisesId: id })

export const registerPremisesInput = z.object({
  buildingId: id,
  premisesId: id,
  kind: z.enum(premisesKinds),
  number: z.string().check(z.trim(), z.minLength(1), z.maxLength(20)),
  entrance: z.nullable(z.int().check(z.gte(1), z.lte(60))),
  floor: z.nullable(z.int().check(z.gte(-5), z.lte(100))),
  rooms: z.nullable(z.int().check(z.gte(0), z.lte(50))),
  areaM2: area,
  livingAreaM2: z.nullable(area),
  cadastralNumber: z.nullable(z.string().check(z.trim(), z.minLength(1), z.maxLength(200))),
  electricStove: z._default(z.boolean(), false),
})
export type RegisterPremisesInput = z.output<typeof registerPremisesInput>

export const correctPremisesInput = z.object({
  buildingId: id,
  premisesId: id,
  number: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(20))),
  entrance: z.optional(z.nullable(z.int().check(z.gte(1), z.lte(60)))),
  floor: z.optional(z.nullable(z.int().check(z.gte(-5), z.lte(100)))),
  rooms: z.optional(z.nullable(z.int().check(z.gte(0), z.lte(50)))),
  areaM2: z.optional(area),
  /** The day from which the unit is of that area; left out: it was recorded wrongly and never was of another. */
  areaFrom: z.optional(day),
  livingAreaM2: z.optional(z.nullable(area)),
  cadastralNumber: z.optional(z.nullable(z.string().check(z.trim(), z.minLength(1), z.maxLength(200)))),
  electricStove: z.optional(z.boolean()),
  ground,
})
export type CorrectPremisesInput = z.output<typeof correctPremisesInput>

/** A share as people write it: '1/3', '1', '0,5', '50%'. Exact, never a float. */
const share = z.string().check(z.trim(), z.minLength(1), z.maxLength(40))

export const newOwner = z.object({
  /** Someone already in the house's register; left out: a new row. */
  ownerId: z.optional(id),
  kind: z._default(z.enum(ownerKinds), 'PERSON'),
  fullName: z.string().check(z.trim(), z.minLength(2), z.maxLength(300)),
  phone: z._default(z.nullable(z.string().check(z.maxLength(40))), null),
  personalId: z._default(z.nullable(z.string().check(z.maxLength(20))), null),
  locale: z._default(z.enum(['uz', 'kk', 'ru']), 'ru'),
  share,
})
export type NewOwner = z.output<typeof newOwner>

const owners = z.array(newOwner).check(z.minLength(1), z.maxLength(100))

export const registerOwnerInput = z.object({ buildingId: id, premisesId: id, since: day, basis: ground, owners })
export type RegisterOwnerInput = z.output<typeof registerOwnerInput>

export const transferOwnershipInput = z.object({ buildingId: id, premisesId: id, on: day, basis: ground, owners })
export type TransferOwnershipInput = z.output<typeof transferOwnershipInput>

export const openAccountInput = z.object({ buildingId: id, premisesId: id, accountId: id, openedOn: day, payerKind: z._default(z.enum(['NATURAL', 'LEGAL']), 'NATURAL') })
export type OpenAccountInput = z.output<typeof openAccountInput>

export const closeAccountInput = z.object({ buildingId: id, accountId: id, closedOn: day, ground })
export type CloseAccountInput = z.output<typeof closeAccountInput>

export const registerPersonsInput = z.object({ buildingId: id, premisesId: id, since: day, persons: z.int().check(z.gte(0), z.lte(99)), source: ground })
export type RegisterPersonsInput = z.output<typeof registerPersonsInput>

export const privilegedServices = ['COLD_WATER', 'HOT_WATER', 'SEWERAGE', 'ELECTRICITY', 'HEAT', 'GAS', 'WASTE', 'LIFT'] as const
const dated = { buildingId: id, premisesId: id, since: day, until: z.nullable(day), ground }

export const registerAbsenceInput = z.object({ ...dated, absenceId: id, persons: z.int().check(z.gte(1), z.lte(99)) })
export type RegisterAbsenceInput = z.output<typeof registerAbsenceInput>

export const withdrawAbsenceInput = z.object({ buildingId: id, premisesId: id, absenceId: id, reason: ground })
export type WithdrawAbsenceInput = z.output<typeof withdrawAbsenceInput>

export const registerPrivilegeInput = z.object({ ...dated, privilegeId: id, service: z.enum(privilegedServices) })
export type RegisterPrivilegeInput = z.output<typeof registerPrivilegeInput>

export const endPrivilegeInput = z.object({ buildingId: id, premisesId: id, privilegeId: id, lastDay: day, ground })
export type EndPrivilegeInput = z.output<typeof endPrivilegeInput>
