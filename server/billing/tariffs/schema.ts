import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'
import { bareNumber } from '#server/kernel/text.ts'
import { day, services } from '#server/billing/schema.ts'

export const tariffBases = ['VOLUME', 'VOLUME_TIERED', 'TIERED_PER_PERSON', 'AREA', 'GCAL', 'PERSON', 'FIXED'] as const
export const vatModes = ['NET', 'INCLUDED', 'NONE', 'UNKNOWN'] as const
export const customerClasses = ['POPULATION', 'OTHER'] as const
export const actKinds = ['LAW', 'CODE', 'RESOLUTION', 'ORDER', 'DECISION'] as const

const id = z.string().check(z.refine(isId))
const figure = z.string().check(z.trim(), z.minLength(1), z.maxLength(20))
/** The number of a paper or an act, without the sign that screens and prints set before it. */
export const paperNumber = (most: number) => z.string().check(z.overwrite(bareNumber), z.minLength(1), z.maxLength(most))
const words = (least: number, most: number) => z.string().check(z.trim(), z.minLength(least), z.maxLength(most))
const condition = z.nullable(z.boolean())

/** An act that we do not have yet: as it is printed, in the language in which it was issued. */
export const newAct = z.strictObject({ kind: z.enum(actKinds), number: paperNumber(40), issuedOn: day, title: words(5, 300), url: z.nullable(z.url({ protocol: /^https?$/ }).check(z.maxLength(300))) })

export const draftTariffInput = z.strictObject({
  /** Made by the browser: pressed twice is drafted once. */
  tariffId: id,
  country: z.enum(['UZ', 'KZ']),
  /** Digits of the place's classifier code from the left; empty for the whole country. */
  territoryPrefix: z.string().check(z.regex(/^[0-9]{0,9}$/)),
  service: z.enum(services),
  supplierId: z.nullable(id),
  customerClass: z.enum(customerClasses),
  basis: z.enum(tariffBases),
  price: z.nullable(figure),
  tiers: z.nullable(z.array(z.strictObject({ upTo: z.nullable(figure), price: figure })).check(z.minLength(1), z.maxLength(10))),
  stove: condition,
  metered: condition,
  buildingMeter: condition,
  privileged: condition,
  months: z.nullable(z.array(z.int().check(z.gte(1), z.lte(12))).check(z.minLength(1), z.maxLength(12))),
  vatMode: z.enum(vatModes),
  vatRate: z.nullable(figure),
  actId: z.nullable(words(1, 80)),
  newAct: z.nullable(newAct),
  source: words(3, 300),
  note: z._default(z.string().check(z.trim(), z.maxLength(500)), ''),
  validFrom: day,
  validTo: z.nullable(day),
  /** Published tariffs that end when this one begins. */
  supersedes: z._default(z.array(id).check(z.maxLength(10)), []),
})
export type DraftTariffInput = z.output<typeof draftTariffInput>

export const tariffInput = z.strictObject({ tariffId: id })
export const tariffFormInput = z.strictObject({ tariffId: z.optional(id) })
export const declineTariffInput = z.strictObject({ tariffId: id, reason: words(3, 500) })
export const endTariffInput = z.strictObject({ tariffId: id, lastDay: day, ground: words(3, 300) })
export const tariffListInput = z.strictObject({ service: z.optional(z.enum(services)), on: z.optional(day) })
export type TariffInput = z.output<typeof tariffInput>
export type DeclineTariffInput = z.output<typeof declineTariffInput>
export type EndTariffInput = z.output<typeof endTariffInput>
export type TariffListInput = z.output<typeof tariffListInput>
export type NewAct = z.output<typeof newAct>
