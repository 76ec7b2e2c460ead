import * as z from 'zod/mini'
import { day } from '#server/billing/schema.ts'
import { isId } from '#server/kernel/ids.ts'
import { newAct } from '#server/billing/tariffs/schema.ts'

export const penaltyFunds = ['UTILITIES', 'CURRENT', 'SAVINGS'] as const
export const payerKinds = ['NATURAL', 'LEGAL'] as const
export const penaltyFormulas = ['DAILY', 'YEARLY'] as const
export const penaltyDecisions = ['PUBLISH', 'DECLINE', 'END', 'SWITCH_OFF'] as const

const id = z.string().check(z.refine(isId))
const figure = z.string().check(z.trim(), z.minLength(1), z.maxLength(20))
const words = (least: number, most: number) => z.string().check(z.trim(), z.minLength(least), z.maxLength(most))

export const draftPenaltyInput = z.strictObject({
  /** Made by the browser: pressed twice is drafted once. */
  ruleId: id,
  country: z.enum(['UZ', 'KZ']),
  fund: z.enum(penaltyFunds),
  payerKind: z.enum(payerKinds),
  /** DAILY: so many percent of the overdue sum a day. YEARLY: the refinancing rate times a factor, over 365 days. */
  formula: z.enum(penaltyFormulas),
  dailyPercent: z.nullable(figure),
  factor: z.nullable(figure),
  /** Of the charge as first posted, in percent. */
  capPercent: figure,
  actId: z.nullable(words(1, 80)),
  newAct: z.nullable(newAct),
  source: words(3, 300),
  from: day,
  to: z.nullable(day),
})
export type DraftPenaltyInput = z.output<typeof draftPenaltyInput>

export const penaltyKey = words(1, 80)
export const decidePenaltyInput = z.strictObject({ ruleId: penaltyKey, decision: z.enum(penaltyDecisions), lastDay: z.nullable(day), reason: z.nullable(words(3, 300)) })
export type DecidePenaltyInput = z.output<typeof decidePenaltyInput>
