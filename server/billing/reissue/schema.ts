import * as z from 'zod/mini'

const id = z.uuid()
const period = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/))
const words = z.string().check(z.trim(), z.minLength(3), z.maxLength(500))

/** The id is made by the screen. What the new bill says is not asked of anybody: its facts say it. */
export const draftCorrectionInput = z.strictObject({ correctionId: id, number: z.string().check(z.regex(/^[0-9]{10}$/)), period, ground: words })
export const draftCorrectionsInput = z.strictObject({ buildingId: id, period, ground: words })
/** A conclusion of the inspection, where debts are frozen and no act is the ground. */
export const postCorrectionInput = z.strictObject({ buildingId: id, correctionId: id, conclusionId: z.optional(id) })
export const declineCorrectionInput = z.strictObject({ buildingId: id, correctionId: id, reason: words })
export type DraftCorrectionInput = z.infer<typeof draftCorrectionInput>
export type PostCorrectionInput = z.infer<typeof postCorrectionInput>
export type DeclineCorrectionInput = z.infer<typeof declineCorrectionInput>
export type DraftCorrectionsInput = z.infer<typeof draftCorrectionsInput>
