import { z } from 'zod/mini'

export type ProgrammeState = 'DRAFT' | 'ESTIMATED' | 'APPROVED' | 'COLLECTING' | 'IN_WORK' | 'DONE' | 'RECONCILED' | 'CANCELLED'
/** TARGETED: the targeted contribution of a Kazakh house, by the owners' meeting. */
export type ProgrammeKind = 'CAPITAL' | 'CURRENT' | 'TARGETED'

/** A line of the estimate; the name as its author wrote it, in the languages they wrote it in. */
export type EstimateLine = { code: string; name: string; unit: string; quantity: string; unitPrice: bigint; amount: bigint }

const decimal = z.string().check(z.regex(/^\d{1,9}(\.\d{1,4})?$/))
const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/))

export const houseInput = z.object({ buildingId: z.uuid() })
export const programmeKey = z.object({ buildingId: z.uuid(), programmeId: z.uuid() })
export type ProgrammeKey = z.infer<typeof programmeKey>

export const openProgrammeInput = z.object({
  buildingId: z.uuid(),
  programmeId: z.uuid(),
  kind: z.enum(['CAPITAL', 'CURRENT']),
  title: z.string().check(z.trim(), z.minLength(3), z.maxLength(200)),
  year: z.int().check(z.gte(2000), z.lte(2100)),
})
export type OpenProgrammeInput = z.infer<typeof openProgrammeInput>

export const registerEstimateInput = z.object({
  buildingId: z.uuid(),
  programmeId: z.uuid(),
  vatPercent: z.string().check(z.regex(/^\d{1,2}(\.\d{1,2})?$/)),
  lines: z.array(z.object({
    code: z.string().check(z.trim(), z.maxLength(40)),
    name: z.string().check(z.trim(), z.minLength(2), z.maxLength(300)),
    unit: z.string().check(z.trim(), z.minLength(1), z.maxLength(20)),
    quantity: decimal,
    /** Price of one unit in minor units. */
    unitPrice: z.bigint().check(z.positive(), z.maximum(1_000_000_000_000n)),
  })).check(z.minLength(1), z.maxLength(500)),
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
})
export type ApproveEstimateInput = z.infer<typeof approveEstimateInput>

export const moveProgrammeInput = z.object({
  buildingId: z.uuid(),
  programmeId: z.uuid(),
  event: z.enum(['startWork', 'finishWork', 'reconcile', 'cancel']),
  ground: z.string().check(z.trim(), z.minLength(3), z.maxLength(300)),
})
export type MoveProgrammeInput = z.infer<typeof moveProgrammeInput>
