import * as z from 'zod/mini'
import { day } from '#server/billing/schema.ts'
import { newAct } from '#server/billing/tariffs/schema.ts'
import { isId } from '#server/kernel/ids.ts'

/** What is read by meters, and so has a norm for whom has none. */
export const normServices = ['COLD_WATER', 'HOT_WATER', 'ELECTRICITY', 'GAS'] as const
export const normDecisions = ['PUBLISH', 'DECLINE', 'END'] as const

const id = z.string().check(z.refine(isId))
const words = (least: number, most: number) => z.string().check(z.trim(), z.minLength(least), z.maxLength(most))

export const draftNormInput = z.strictObject({
  /** Made by the browser: pressed twice is drafted once. */
  normId: id,
  country: z.enum(['UZ', 'KZ']),
  /** Digits of the place's classifier code from the left; empty for the whole country. */
  territoryPrefix: z.string().check(z.regex(/^[0-9]{0,9}$/)),
  service: z.enum(normServices),
  /** Of a person in a month, in the unit of the service: m³ or kWh. */
  perPerson: words(1, 20),
  actId: z.nullable(words(1, 80)),
  newAct: z.nullable(newAct),
  source: words(3, 300),
  from: day,
  to: z.nullable(day),
})
export type DraftNormInput = z.output<typeof draftNormInput>

export const decideNormInput = z.strictObject({ normId: id, decision: z.enum(normDecisions), lastDay: z.nullable(day), reason: z.nullable(words(3, 300)) })
export type DecideNormInput = z.output<typeof decideNormInput>

/** The first person says why; the second confirms and says nothing. */
export const withdrawNormInput = z.strictObject({ normId: id, reason: z.nullable(words(3, 300)) })
export type WithdrawNormInput = z.output<typeof withdrawNormInput>
