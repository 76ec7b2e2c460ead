import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'
import { day, services } from '#server/billing/schema.ts'

export const chargeMethods = ['METER', 'AREA', 'PERSON', 'BUILDING_METER', 'FIXED'] as const
export const premisesKinds = ['APARTMENT', 'NON_RESIDENTIAL', 'PARKING', 'STORAGE'] as const
export const commonWays = ['AREA', 'PERSONS', 'EQUAL'] as const

const id = z.string().check(z.refine(isId))
const words = (least: number, most: number) => z.string().check(z.trim(), z.minLength(least), z.maxLength(most))

export const draftServiceInput = z.strictObject({
  buildingId: id,
  /** Made by the browser: pressed twice is drafted once. */
  changeId: id,
  service: z.enum(services),
  from: day,
  /** null: from this day on the house is not charged for it. */
  method: z.nullable(z.enum(chargeMethods)),
  volumeOf: z.array(z.enum(['COLD_WATER', 'HOT_WATER'])).check(z.maxLength(2)),
  kinds: z.array(z.enum(premisesKinds)).check(z.maxLength(4)),
  seasonal: z.boolean(),
  commonSharedBy: z.nullable(z.enum(commonWays)),
  ground: words(3, 300),
})
export type DraftServiceInput = z.output<typeof draftServiceInput>

export const decideServiceInput = z.strictObject({ buildingId: id, changeId: id, decision: z.enum(['PUBLISH', 'DECLINE']), reason: z.nullable(words(3, 500)) })
export type DecideServiceInput = z.output<typeof decideServiceInput>

/** Absent: the first house that the actor bills; a change of it that is opened. */
export const servicesInput = z.strictObject({ buildingId: z.optional(id), changeId: z.optional(id) })
export type ServicesInput = z.output<typeof servicesInput>
