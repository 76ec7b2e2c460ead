import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'
import { isLocalDate } from '#server/kernel/period.ts'

const id = z.string().check(z.refine(isId))
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/))
const words = (most: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(most))
const date = z.string().check(z.refine(isLocalDate))

/** One text in the three languages; a meeting speaks all of them. */
const trilingual = (most: number) => z.object({ uz: words(most), kk: words(most), ru: words(most) })
export type Trilingual = { uz: string; kk: string; ru: string }

export const forms = ['IN_PERSON', 'ABSENTEE_WRITTEN', 'ABSENTEE_DIGITAL'] as const
export type Form = (typeof forms)[number]
export const scopes = ['house', 'parkingTariff'] as const
export type Scope = (typeof scopes)[number]
export const weightKinds = ['AREA', 'ONE_PER_UNIT'] as const
export type WeightKind = (typeof weightKinds)[number]
export type CoOwners = 'ONE_REPRESENTATIVE' | 'SPLIT_SHARE'
export const questionTypes = ['general', 'election', 'tariff', 'estimate', 'managementMethod', 'overhaul', 'commonProperty', 'loan'] as const
export type QuestionType = (typeof questionTypes)[number]

export const choices = ['FOR', 'AGAINST', 'ABSTAIN'] as const
export type Choice = (typeof choices)[number]

/** Local wall time of both countries, 'YYYY-MM-DDTHH:MM', as a date-and-time field gives it. */
const localMoment = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$/), z.refine(text => isLocalDate(text.slice(0, 10))))

const agendaItem = z.object({
  itemId: id, questionType: z.enum(questionTypes), question: trilingual(500), explanation: z.optional(trilingual(2000)),
})

export const mostQuestions = 20
export const announceMeetingInput = z.object({
  buildingId: id, meetingId: id, title: trilingual(200), form: z.enum(forms), scope: z.enum(scopes),
  opensAt: localMoment, closesAt: localMoment,
  items: z.array(agendaItem).check(z.minLength(1), z.maxLength(mostQuestions)),
})
export type AnnounceMeetingInput = z.infer<typeof announceMeetingInput>

export const meetingInput = z.object({ buildingId: id, meetingId: id })
export type MeetingInput = z.infer<typeof meetingInput>
export const meetingIdInput = z.object({ meetingId: id })
export const buildingInput = z.object({ buildingId: id })

/** Bytes come as a form through app/api/files/meetings. */
const bytes = z.custom<Uint8Array<ArrayBufferLike>>(value => value instanceof Uint8Array)

/** A PDF or a photo that lies beside a question. */
export const paperLimits = { bytes: 10 * 1024 * 1024, perQuestion: 10, title: 200 } as const
export const paperTypes = ['application/pdf', 'image/jpeg', 'image/png', 'image/webp'] as const
export const storePaperInput = z.object({ buildingId: id, meetingId: id, itemId: id, paperId: id, title: words(paperLimits.title), bytes })
export type StorePaperInput = z.infer<typeof storePaperInput>
export const withdrawPaperInput = z.object({ buildingId: id, meetingId: id, paperId: id })
export type WithdrawPaperInput = z.infer<typeof withdrawPaperInput>
export type Paper = { paperId: string; title: string; mediaType: string; sizeBytes: number; sha256: string }

export const registerSignOffInput = z.object({
  buildingId: id, meetingId: id, lawyer: words(200), signedOn: date, document: words(300),
  /** The opinion itself; the phone made its id. */
  paperId: z.optional(id), bytes: z.optional(bytes),
})
export type RegisterSignOffInput = z.infer<typeof registerSignOffInput>
export type SignOff = { lawyer: string; signedOn: string; document: string; paperId?: string; recordedBy: string; recordedAt: string }

export const cancelMeetingInput = z.object({ buildingId: id, meetingId: id, reason: words(500) })
export type CancelMeetingInput = z.infer<typeof cancelMeetingInput>

export const freezeBallotInput = z.object({
  buildingId: id, meetingId: id, draftId: id,
  premisesIds: z.array(id).check(z.minLength(1), z.maxLength(100)),
  answers: z.array(z.object({ itemId: id, choice: z.enum(choices) })).check(z.minLength(1), z.maxLength(50)),
})
export type FreezeBallotInput = z.infer<typeof freezeBallotInput>

export const draftInput = z.object({ buildingId: id, meetingId: id, draftId: id })
export type DraftInput = z.infer<typeof draftInput>
export const shownDraftInput = z.object({ meetingId: id, draftId: id })

export const castBallotInput = z.object({
  buildingId: id, meetingId: id, draftId: id,
  /** Made by the phone: the same ballot sent twice is the same ballot. */
  ballotId: id,
  challengeId: id,
  /** What the person was shown: the code is bound to it. */
  digest: hash,
  code: z.string().check(z.trim(), z.regex(/^\d[\d\s]{5,10}$/)),
  /** 32 random bytes of the phone in base64url: they hide whose the tag is (identity 5.3). */
  secret: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
})
export type CastBallotInput = z.infer<typeof castBallotInput>
