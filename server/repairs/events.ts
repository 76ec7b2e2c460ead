import 'server-only'
import * as z from 'zod/mini'

/** Owners' parts of an estimate are issued, of the first version or of a later one: one event for the whole house. */
export const obligationsIssued = 'repairs.obligationsIssued'
export const obligationsIssuedPayload = z.object({ programmeId: z.uuid(), version: z.number(), premises: z.number(), firstDueOn: z.string(), title: z.record(z.enum(['uz', 'kk', 'ru']), z.string()) })

/** Works begin on a contract; a stage of them is accepted with its act; all of them are done. To the house. */
export const workStarted = 'repairs.workStarted'
export const stageDone = 'repairs.stageDone'
export const workDone = 'repairs.workDone'

/** A programme is not to be; what was paid for it is given back. */
export const programmeCancelled = 'repairs.programmeCancelled'
/** Two persons decided that money goes back to a payer: the bank has the order. To the flat. */
export const refundOrdered = 'repairs.refundOrdered'
/** Somebody tried to spend over the voted cap or over what the fund holds. */
export const spendingRefused = 'repairs.spendingRefused'
