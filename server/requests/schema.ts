import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'
import { categories, kinds, places } from '#server/requests/rules.ts'

const id = z.string().check(z.refine(isId))
const words = z.string().check(z.trim(), z.maxLength(4000))
const said = z.string().check(z.trim(), z.minLength(1), z.maxLength(4000))
const short = z.string().check(z.trim(), z.minLength(1), z.maxLength(300))
/** Base64 of a JPEG that the phone has made small. */
const photos = z._default(z.array(z.string().check(z.maxLength(560_000))).check(z.maxLength(3)), [])

/** A clerk files for a caller: who called and why it is not they who file. */
export const onBehalfOf = z.object({ premisesId: id, callerName: short, reason: short })

export const fileRequestInput = z.object({
  /** Made by the phone; the same id is the same request however often it arrives. */
  requestId: id,
  buildingId: id,
  premisesId: z.optional(id),
  category: z.enum(categories),
  kind: z._default(z.enum(kinds), 'APPLICATION'),
  place: z.enum(places),
  entrance: z.optional(z.nullable(z.int().check(z.gte(1), z.lte(60)))),
  floor: z.optional(z.nullable(z.int().check(z.gte(-5), z.lte(100)))),
  emergency: z._default(z.boolean(), false),
  text: z._default(words, ''),
  photos,
  submittedAt: z.iso.datetime(),
  onBehalfOf: z.optional(onBehalfOf),
})
export type FileRequestInput = z.output<typeof fileRequestInput>

export const requestInput = z.object({ buildingId: id, requestId: id })
export type RequestInput = z.output<typeof requestInput>

export const joinRequestInput = z.object({ buildingId: id, requestId: id, premisesId: id })
export type JoinRequestInput = z.output<typeof joinRequestInput>

export const assignRequestInput = z.object({ buildingId: id, requestId: id, organisationId: id, note: z._default(words, '') })
export type AssignRequestInput = z.output<typeof assignRequestInput>

export const answerRequestInput = z.object({ buildingId: id, requestId: id, text: said })
export type AnswerRequestInput = z.output<typeof answerRequestInput>

export const reportDoneInput = z.object({ buildingId: id, requestId: id, text: z._default(words, ''), photos })
export type ReportDoneInput = z.output<typeof reportDoneInput>

/** The resident's word on the result; a clerk may pass on what the caller said. */
export const resultInput = z.object({ buildingId: id, requestId: id, text: z._default(words, ''), onBehalfOf: z.optional(z.object({ callerName: short, reason: short })) })
export type ResultInput = z.output<typeof resultInput>

export const reasonInput = z.object({ buildingId: id, requestId: id, reason: said })
export type ReasonInput = z.output<typeof reasonInput>

export const similarInput = z.object({ buildingId: id, category: z.enum(categories), place: z.enum(places) })
export const houseInput = z.object({ buildingId: id })
export const queueInput = z._default(z.object({ only: z._default(z.enum(['OPEN', 'OVERDUE', 'EMERGENCY', 'MINE', 'ALL']), 'OPEN'), page: z._default(z.int().check(z.gte(1)), 1) }), { only: 'OPEN', page: 1 })
export type QueueInput = z.output<typeof queueInput>

export type FiledRequest = { requestId: string; buildingId: string; number: number; state: string; receivedAt: Date; registeredOn: string; dueOn: string; dueOnIfMoved: string; dueMoves: boolean | null; dueVerified: boolean; serviceDueAt: Date; emergency: boolean }
