import 'server-only'
import * as z from 'zod/mini'

/** A month's bills of a house are there; one event for the whole house. Written by app.post_bills. */
export const billsIssued = 'billing.billsIssued'
export const billsIssuedPayload = z.object({ period: z.string(), runId: z.string(), dueOn: z.string(), accounts: z.number() })

/** The bills of a house are wanted on paper. */
export const papersRequested = 'billing.papersRequested'
export const papersRequestedPayload = z.object({ batchId: z.string() })

/** A bill was taken back and another stands in its place: a letter to the flat. */
export const billCorrected = 'billing.billCorrected'
export type BillCorrected = { premisesId: string; number: string; period: string; was: string; amount: string; currency: string; ground: string }
