import 'server-only'
import * as z from 'zod/mini'

const payload = z.object({
  paymentId: z.uuid(), accountId: z.uuid(), premisesId: z.uuid(), invoiceId: z.nullable(z.uuid()), provider: z.string(), amount: z.string(), currency: z.string(), number: z.string(),
})

/** Money is in the ledger. Written by app.announce_payments in the transaction of the posting. */
export const paymentPosted = 'payments.posted'
export const paymentPostedPayload = payload

/** Money was given back: the posting has its opposite. */
export const paymentReversed = 'payments.reversed'
export const paymentReversedPayload = payload

/** Halyk has news of an order, or is to give money back: the bank is asked. Written by its door and by who refunds. */
export const halykTold = 'payments.halykTold'
export const halykToldPayload = z.object({ paymentId: z.uuid() })

/** A payment that its provider accepted came to nothing: cancelled or never finished. */
export const paymentReleased = 'payments.released'
export const paymentReleasedPayload = payload

/** The latest bill leaves something to pay on a day of the ladder. Written by remind-debts. */
export const debtReminder = 'payments.debtReminder'
export const debtReminderPayload = z.object({ premisesId: z.uuid(), number: z.string(), amount: z.string(), currency: z.string(), dueOn: z.string(), late: z.boolean() })

/** A file of a bank was brought and waits to be read; accepted, and waits to be posted. */
export const statementSubmitted = 'payments.statementSubmitted'
export const statementAccepted = 'payments.statementAccepted'
export const statementPayload = z.object({ statementId: z.uuid() })
