import 'server-only'
import * as z from 'zod/mini'

/** Owners' parts of an estimate are issued: one event for the whole house. */
export const obligationsIssued = 'repairs.obligationsIssued'
export const obligationsIssuedPayload = z.object({ programmeId: z.uuid(), version: z.number(), premises: z.number(), firstDueOn: z.string() })

/** A programme is not to be; what was paid for it is given back. */
export const programmeCancelled = 'repairs.programmeCancelled'
/** Somebody tried to spend over the voted cap or over what the fund holds. */
export const spendingRefused = 'repairs.spendingRefused'
