import * as z from 'zod/mini'
import type { Currency } from '#server/kernel/money.ts'
import { isLocalDate } from '#server/kernel/period.ts'

export const reasons = ['WRONG_AREA', 'WRONG_OWNER', 'DOUBLE_CHARGE', 'COURT', 'TARIFF_ERROR', 'SERVICE_NOT_GIVEN', 'OTHER'] as const
export type AdjustmentReason = (typeof reasons)[number]

/** Follows from what exists: a check, a conclusion, its use, its last day. Nothing stores it. */
export type AdjustmentState = 'SENT' | 'UNDER_CHECK' | 'ALLOWED' | 'REFUSED' | 'APPLIED' | 'EXPIRED'

const id = z.uuid()
const most = 1_000_000_000_000n
const signed = z.bigint().check(z.minimum(-most), z.maximum(most))
export const fundInput = z.union([z.enum(['UTILITIES', 'CURRENT', 'SAVINGS', 'TARGETED', 'PENALTY']), z.templateLiteral(['PROGRAMME:', z.uuid()])])
const words = z.string().check(z.trim(), z.minLength(10), z.maxLength(2000))
const day = z.string().check(z.refine(isLocalDate))

export const accountInput = z.strictObject({ number: z.string().check(z.regex(/^[0-9]{10}$/)) })
export const adjustmentInput = z.strictObject({ buildingId: id, adjustmentId: id })

export const requestAdjustmentInput = z.strictObject({
  /** Made by the browser, so that the form sent twice asks once. */
  adjustmentId: id,
  number: z.string().check(z.regex(/^[0-9]{10}$/)),
  fund: fundInput,
  /** Below zero takes off the debt. */
  amount: signed,
  reason: z.enum(reasons),
  explanation: words,
  /** Acts and decisions it rests on, by number and date. */
  papers: z.array(z.string().check(z.trim(), z.minLength(3), z.maxLength(300))).check(z.minLength(1), z.maxLength(10)),
})

export const issueConclusionInput = z.strictObject({
  buildingId: id,
  adjustmentId: id,
  conclusionId: id,
  number: z.string().check(z.trim(), z.minLength(1), z.maxLength(60)),
  grounds: words,
  /** Null: the inspection does not allow it. */
  allowed: z.nullable(z.strictObject({ from: signed, to: signed, validUntil: day })),
})

export const postAdjustmentInput = z.strictObject({ buildingId: id, conclusionId: id, transactionId: id, amount: signed })

export const openMigrationWindowInput = z.strictObject({ buildingId: id, windowId: id, closesOn: day, basis: z.string().check(z.trim(), z.minLength(3), z.maxLength(300)) })

export const postOpeningInput = z.strictObject({
  transactionId: id,
  number: z.string().check(z.regex(/^[0-9]{10}$/)),
  lines: z.array(z.strictObject({ fund: fundInput, amount: signed })).check(z.minLength(1), z.maxLength(10)),
})

export type RequestAdjustmentInput = z.infer<typeof requestAdjustmentInput>
export type IssueConclusionInput = z.infer<typeof issueConclusionInput>
export type PostAdjustmentInput = z.infer<typeof postAdjustmentInput>
export type OpenMigrationWindowInput = z.infer<typeof openMigrationWindowInput>
export type PostOpeningInput = z.infer<typeof postOpeningInput>

export type AccountPlace = {
  buildingId: string; accountId: string; premisesId: string; number: string
  house: string; unitKind: string; unitNumber: string; currency: Currency
  mayRequest: boolean
}

export type AdjustmentFacts = {
  number: string
  currency: Currency
  requestedBy: string
  accountId: string
  premisesId: string
  fund: string
  amount: bigint
  mayRequest: boolean
  mayDecide: boolean
}
