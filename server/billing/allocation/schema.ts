import * as z from 'zod/mini'
import { day } from '#server/billing/schema.ts'
import { newAct } from '#server/billing/tariffs/schema.ts'
import { isId } from '#server/kernel/ids.ts'

/** Funds of an account; PROGRAMME stands for every repair programme of it. */
export const allocatedFunds = ['UTILITIES', 'CURRENT', 'SAVINGS', 'TARGETED', 'PROGRAMME', 'PENALTY'] as const
/** Where money may wait when nothing is owed. */
export const advanceFunds = ['CURRENT', 'UTILITIES'] as const

const id = z.string().check(z.refine(isId))
const words = (least: number, most: number) => z.string().check(z.trim(), z.minLength(least), z.maxLength(most))

export const draftAllocationInput = z.strictObject({
  /** Made by the browser: pressed twice is drafted once. */
  draftId: id,
  country: z.enum(['UZ', 'KZ']),
  from: day,
  /** First what a payment covers first; each fund once. */
  fundOrder: z.array(z.enum(allocatedFunds)).check(z.length(allocatedFunds.length), z.refine(order => new Set(order).size === order.length)),
  advanceFund: z.enum(advanceFunds),
  actId: z.nullable(words(1, 80)),
  newAct: z.nullable(newAct),
  source: words(3, 300),
})
export type DraftAllocationInput = z.output<typeof draftAllocationInput>

export const decideAllocationInput = z.strictObject({ draftId: id, decision: z.enum(['PUBLISH', 'DECLINE']), reason: z.nullable(words(3, 300)) })
export type DecideAllocationInput = z.output<typeof decideAllocationInput>
