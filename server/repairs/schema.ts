import { z } from 'zod/mini'
import type { Locale } from '#server/kernel/format.ts'
import { isLocalDate } from '#server/kernel/period.ts'
import { bareNumber } from '#server/kernel/text.ts'

export type ProgrammeState = 'DRAFT' | 'ESTIMATED' | 'APPROVED' | 'COLLECTING' | 'IN_WORK' | 'DONE' | 'RECONCILED' | 'CANCELLED'
/** TARGETED: the targeted contribution of a Kazakh house, by the owners' meeting. */
export const programmeKinds = ['CAPITAL', 'CURRENT', 'TARGETED'] as const
export type ProgrammeKind = (typeof programmeKinds)[number]

/** A line of the estimate; its title as its author wrote it, in the languages they wrote it in (uzbekistan.md 2.7.1: two names). */
export type EstimateLine = { code: string; title: Title; unit: string; quantity: string; unitPrice: bigint; amount: bigint }
/** As its keepers gave it and in which language, and in others where somebody wrote it. */
export type Title = { readonly text: string; readonly locale: Locale; readonly others: Partial<Record<Locale, string>> }

const name = z.string().check(z.trim(), z.minLength(3), z.maxLength(200))
/** One title is given, in the language of who gives it or the one named; others where they are known. */
const named = { title: name, titleLocale: z.optional(z.enum(['uz', 'kk', 'ru'])), titles: z.optional(z.object({ uz: z.optional(name), kk: z.optional(name), ru: z.optional(name) })) }

const lineName = z.string().check(z.trim(), z.minLength(2), z.maxLength(300))
const decimal = z.string().check(z.regex(/^\d{1,9}(\.\d{1,4})?$/))
/** Document on which a step rests, by number and date. */
const ground = z.string().check(z.trim(), z.minLength(3), z.maxLength(300))
const sum = z.bigint().check(z.positive(), z.maximum(1_000_000_000_000_000n))
/** Base64 of a photo or a PDF; photos are made small where they are taken. */
const scan = z.string().check(z.minLength(4), z.maxLength(2_800_000))
const paperNumber = z.string().check(z.overwrite(bareNumber), z.minLength(1), z.maxLength(60))
const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/), z.refine(isLocalDate))

export const houseInput = z.object({ buildingId: z.uuid() })
export const programmeKey = z.object({ buildingId: z.uuid(), programmeId: z.uuid() })
export type ProgrammeKey = z.infer<typeof programmeKey>

export const openProgrammeInput = z.object({
  buildingId: z.uuid(),
  programmeId: z.uuid(),
  kind: z.enum(programmeKinds),
  ...named,
  year: z.int().check(z.gte(2000), z.lte(2100)),
})
export type OpenProgrammeInput = z.infer<typeof openProgrammeInput>

export const estimateLineInput = z.object({
  code: z.string().check(z.trim(), z.maxLength(40)),
  name: lineName,
  /** In other languages, where they are known. */
  names: z.optional(z.strictObject({ uz: z.optional(lineName), kk: z.optional(lineName), ru: z.optional(lineName) })),
  unit: z.string().check(z.trim(), z.minLength(1), z.maxLength(20)),
  quantity: decimal,
  /** Price of one unit in minor units. */
  unitPrice: z.bigint().check(z.positive(), z.maximum(1_000_000_000_000n)),
})

export const registerEstimateInput = z.object({
  buildingId: z.uuid(),
  programmeId: z.uuid(),
  vatPercent: z.string().check(z.regex(/^\d{1,2}(\.\d{1,2})?$/)),
  /** The language of the names; otherwise that of who gives them. */
  titleLocale: z.optional(z.enum(['uz', 'kk', 'ru'])),
  lines: z.array(estimateLineInput).check(z.minLength(1), z.maxLength(500)),
})
export type RegisterEstimateInput = z.infer<typeof registerEstimateInput>

export const approveEstimateInput = z.object({
  buildingId: z.uuid(),
  programmeId: z.uuid(),
  version: z.int().check(z.positive()),
  /** Protocol of the owners' meeting: the ground of every obligation. */
  decisionNumber: z.string().check(z.trim(), z.minLength(1), z.maxLength(60)),
  decisionOn: day,
  instalments: z.int().check(z.gte(1), z.lte(60)),
  firstDueOn: day,
  /** Of the owners' part, in the fund before works begin; where the meeting decided none, the rule of the day. */
  startPercent: z.optional(z.string().check(z.regex(/^(100|\d{1,2}(\.\d{1,3})?)$/))),
})
export type ApproveEstimateInput = z.infer<typeof approveEstimateInput>

export const moveProgrammeInput = z.object({
  buildingId: z.uuid(),
  programmeId: z.uuid(),
  event: z.enum(['startWork', 'finishWork', 'reconcile', 'cancel']),
  ground,
  /** By which works begin. */
  contract: z.optional(z.object({
    number: paperNumber, datedOn: day, contractor: z.string().check(z.trim(), z.minLength(2), z.maxLength(200)) })),
})
export type MoveProgrammeInput = z.infer<typeof moveProgrammeInput>

export const cancelProgrammeInput = z.object({ buildingId: z.uuid(), programmeId: z.uuid(), ground })
export type CancelProgrammeInput = z.infer<typeof cancelProgrammeInput>
export const reconcileProgrammeInput = z.object({ buildingId: z.uuid(), programmeId: z.uuid(), ground })
export type ReconcileProgrammeInput = z.infer<typeof reconcileProgrammeInput>

export const requestRefundInput = z.object({
  buildingId: z.uuid(),
  programmeId: z.uuid(),
  /** Made by the browser: the form sent twice asks once. */
  refundId: z.uuid(),
  premisesId: z.uuid(),
  amount: sum,
  /** The payer's application, by number and date. */
  application: ground,
})
export type RequestRefundInput = z.infer<typeof requestRefundInput>
/** The bank order by which the money goes back, or why it does not. */
export const decideRefundInput = z.object({ buildingId: z.uuid(), refundId: z.uuid(), ground })
export type DecideRefundInput = z.infer<typeof decideRefundInput>

export const registerStageInput = z.object({
  buildingId: z.uuid(),
  programmeId: z.uuid(),
  stageId: z.uuid(),
  ...named,
  /** Its part of the whole estimate. */
  plan: sum,
  dueOn: z.nullable(day),
})
export type RegisterStageInput = z.infer<typeof registerStageInput>

/** Why it is no stage. */
export const withdrawStageInput = z.object({ buildingId: z.uuid(), programmeId: z.uuid(), stageId: z.uuid(), ground })
export type WithdrawStageInput = z.infer<typeof withdrawStageInput>

export const registerActInput = z.object({
  buildingId: z.uuid(),
  programmeId: z.uuid(),
  stageId: z.uuid(),
  actId: z.uuid(),
  kind: z.enum(['ACT', 'INVOICE']),
  number: paperNumber,
  datedOn: day,
  contractor: z.string().check(z.trim(), z.minLength(2), z.maxLength(200)),
  what: z.string().check(z.trim(), z.minLength(3), z.maxLength(300)),
  /** The whole paper, and how much of it the programme's own fund pays. */
  amount: sum,
  ownersAmount: z.bigint().check(z.nonnegative(), z.maximum(1_000_000_000_000_000n)),
  scans: z.array(scan).check(z.minLength(1), z.maxLength(4)),
})
export type RegisterActInput = z.infer<typeof registerActInput>
export const withdrawActInput = z.object({ buildingId: z.uuid(), programmeId: z.uuid(), actId: z.uuid(), ground })
export type WithdrawActInput = z.infer<typeof withdrawActInput>

export const closeStageInput = z.object({
  buildingId: z.uuid(),
  programmeId: z.uuid(),
  stageId: z.uuid(),
  completedOn: day,
  /** Number of the act of completed works. */
  act: z.string().check(z.trim(), z.minLength(1), z.maxLength(60)),
  photos: z.array(scan).check(z.minLength(1), z.maxLength(6)),
})
export type CloseStageInput = z.infer<typeof closeStageInput>
