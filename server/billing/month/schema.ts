import * as z from 'zod/mini'
import type { Currency } from '#server/kernel/money.ts'
import type { Charge } from '#server/billing/schema.ts'

const id = z.uuid()
const period = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/))

/** Without an organisation: the one for which the person acts. */
export const monthInput = z.strictObject({ period, organisationId: z.optional(id) })
export const closeMonthInput = z.strictObject({ organisationId: id, period })
/** `from`: how many houses were looked at before; absent, none. */
export const checkBooksInput = z.strictObject({ organisationId: id, period, from: z.optional(z.int().check(z.gte(0))) })
export type CheckBooksInput = z.infer<typeof checkBooksInput>
export type MonthInput = z.infer<typeof monthInput>
export type CloseMonthInput = z.infer<typeof closeMonthInput>

/** Of a house in a month. NOTHING: it has nobody and nothing to charge, and needs no run. */
export type RunState = 'POSTED' | 'WAITING' | 'HELD' | 'NONE' | 'NOTHING'
export type MonthHouse = {
  buildingId: string; name: string; currency: Currency; accounts: number; state: RunState; total: bigint | null; findings: number
  /** Books are closed through this month. */
  closedThrough: string | null
  /** The first month before this one, and after `closedThrough`, whose run is missing, waits or is held. */
  earlier: string | null
}

/** By service as the bills have it; OTHER: charged outside the bills, parts of repairs. */
export type ChargedSum = { service: Charge | 'OTHER'; fund: string; amount: bigint }
/** A provider, the bank itself, or a desk known by its registry alone. Given back: of any day, in this month. */
export type GatheredSum = { channel: string; count: number; amount: bigint; givenBack: bigint }
export type CountedSum = { count: number; amount: bigint }
export type Counts = { differences: number; lines: number; statements: number }
export type MonthBar = { period: string; charged: bigint; gathered: bigint }

/** What must be done before a month is closed; `names`: the first houses of it; `period`: an earlier month in which it is done. */
export type Left = { period?: string; kind: 'earlier' | 'runs' | 'differences' | 'lines' | 'statements' | 'ledger'; count: number; names: readonly string[] }

/** A closed month as it stood when it was closed. */
export type Closing = {
  closedAt: Date; houses: number; charged: ChargedSum[]; gathered: GatheredSum[]; chargedTotal: bigint; gatheredTotal: bigint; disputed: bigint; adjusted: bigint
  headDay: string | null; headLinks: bigint
}
