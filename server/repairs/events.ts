import 'server-only'
import * as z from 'zod/mini'

/** Owners' parts of an estimate are issued: one event for the whole house. */
export const obligationsIssued = 'repairs.obligationsIssued'
export const obligationsIssuedPayload = z.object({ programmeId: z.uuid(), version: z.number(), premises: z.number(), firstDueOn: z.string() })
