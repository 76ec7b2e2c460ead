import * as z from 'zod/mini'
import { day } from '#server/billing/schema.ts'
import type { Currency } from '#server/kernel/money.ts'

export const courtPaperKinds = ['METHOD_DECISION', 'MANAGEMENT_CONTRACT', 'CLAIM_DELIVERY'] as const
export type CourtPaperKind = (typeof courtPaperKinds)[number]

const id = z.uuid()
const number = z.string().check(z.regex(/^[0-9]{10}$/))
/** Base64 of a photo made small, or of a PDF of at most two megabytes. */
const scan = z.string().check(z.minLength(4), z.maxLength(2_800_000))

/** Found through an account; a decision and a contract are the whole house's. */
export const fileCourtPaperInput = z.strictObject({ paperId: id, number, kind: z.enum(courtPaperKinds), title: z.string().check(z.trim(), z.minLength(1), z.maxLength(120)), datedOn: day, scan })
export const prepareCourtPackInput = z.strictObject({ packId: id, number })
export const courtAccountInput = z.strictObject({ number })
export type FileCourtPaperInput = z.infer<typeof fileCourtPaperInput>
export type PrepareCourtPackInput = z.infer<typeof prepareCourtPackInput>

export type CourtPlace = {
  buildingId: string; accountId: string; premisesId: string; number: string; house: string; addressUz: string; addressKk: string; addressRu: string; organisation: string
  unitKind: string; unitNumber: string; country: 'UZ' | 'KZ'; currency: Currency
  /** The house is managed by an organisation or a manager under a contract. */
  byContract: boolean
  mayKeep: boolean
}
export type CourtPaper = { paperId: string; kind: CourtPaperKind; title: string; datedOn: string; fileId: string }

/** One month of the account in the funds of contributions; penalties apart. Below zero takes off the debt. */
export type CourtMonth = { period: string; charged: bigint; penalty: bigint; corrected: bigint; paid: bigint; balance: bigint }
export type CourtDebt = {
  /** From the oldest month of which something is unpaid, money having paid what is oldest. */
  months: CourtMonth[]
  /** What stood when that month began: nothing, paid ahead, or paid since. */
  before: bigint
  /** The period of the debt: to the last month whose bill is late. */
  from: string; to: string
  balance: bigint; notDue: bigint; ahead: bigint
  /** What is asked of the court. */
  overdue: bigint; principal: bigint; penalty: bigint
  /** The first day on which something of it was late. */
  lateSince: string | null
}
/** Why a debt cannot go to court now. */
export type CourtObstacles = { disputed: readonly number[]; disputedSum: bigint; inFlight: bigint; underCheck: boolean }

export type CourtPack = {
  packId: string; buildingId: string; number: string; house: string; unitKind: string; unitNumber: string; currency: Currency; periodFrom: string; periodTo: string; principal: bigint; penalty: bigint
  preparedAt: Date; code: string
  /** A bill of the account was corrected since: its calculation is given to nobody, and the pack is prepared again. */
  outdatedAt: Date | null
  /** Its four papers; the contract is missing where there is none. */
  files: { kind: CourtPaperKind | 'CALCULATION'; fileId: string; title: string }[]
}
export type CourtDebtor = { buildingId: string; premisesId: string; number: string; house: string; unitKind: string; unitNumber: string; currency: Currency; overdue: bigint; disputed: bigint }
