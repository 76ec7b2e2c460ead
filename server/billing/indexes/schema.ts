import * as z from 'zod/mini'
import { day } from '#server/billing/schema.ts'
import { newAct } from '#server/billing/tariffs/schema.ts'
import { isId } from '#server/kernel/ids.ts'

/** Figures of law that bills and repairs are counted from, and the countries that have them. */
export const indexCountries = {
  MRP: ['KZ'], SAVINGS_MIN_MRP: ['KZ'], OTHER_UNITS_MAX_TIMES: ['KZ'], VAT: ['UZ', 'KZ'], REFINANCING_RATE: ['UZ', 'KZ'], BILL_DUE_DAY: ['UZ', 'KZ'],
  'PREPAID_MONTHS.ELECTRICITY': ['UZ'], 'PREPAID_MONTHS.GAS': ['UZ'], REPAIR_OWNERS_PERCENT: ['UZ', 'KZ'], REPAIR_START_PERCENT: ['UZ', 'KZ'],
} as const satisfies Record<string, readonly ('UZ' | 'KZ')[]>
export type IndexCode = keyof typeof indexCountries
export const indexCodes = ['MRP', 'VAT', 'REFINANCING_RATE', 'BILL_DUE_DAY', 'SAVINGS_MIN_MRP', 'OTHER_UNITS_MAX_TIMES', 'PREPAID_MONTHS.ELECTRICITY', 'PREPAID_MONTHS.GAS',
  'REPAIR_OWNERS_PERCENT', 'REPAIR_START_PERCENT'] as const satisfies readonly IndexCode[]

const id = z.string().check(z.refine(isId))
const words = (least: number, most: number) => z.string().check(z.trim(), z.minLength(least), z.maxLength(most))

export const draftIndexInput = z.strictObject({
  /** Made by the browser: pressed twice is drafted once. */
  indexId: id,
  country: z.enum(['UZ', 'KZ']),
  code: z.enum(indexCodes),
  from: day,
  value: words(1, 20),
  actId: z.nullable(words(1, 80)),
  newAct: z.nullable(newAct),
  source: words(3, 300),
})
export type DraftIndexInput = z.output<typeof draftIndexInput>

export const decideIndexInput = z.strictObject({ indexId: id, decision: z.enum(['PUBLISH', 'DECLINE']), reason: z.nullable(words(3, 300)) })
export type DecideIndexInput = z.output<typeof decideIndexInput>

/** The first person says why; the second confirms and says nothing. */
export const withdrawIndexInput = z.strictObject({ indexId: id, reason: z.nullable(words(3, 300)) })
export type WithdrawIndexInput = z.output<typeof withdrawIndexInput>
