import 'server-only'

/** A change of this account's debt was asked for. Payload: AdjustmentAnnounced. */
export const adjustmentAsked = 'ledger.adjustmentAsked'
/** The inspection has concluded. Payload: AdjustmentAnnounced with `allowed` and `conclusion`. */
export const adjustmentDecided = 'ledger.adjustmentDecided'
/** The debt was changed. Payload: AdjustmentAnnounced with `conclusion`; amount is what was posted. */
export const adjustmentPosted = 'ledger.adjustmentPosted'

/** Whose debt, by how much; every person linked to the flat hears it. */
export type AdjustmentAnnounced = { premisesId: string; number: string; amount: string; currency: string; allowed?: boolean; conclusion?: string }
