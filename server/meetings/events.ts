import 'server-only'
import * as z from 'zod/mini'

export const announced = 'meetings.announced'
export const opened = 'meetings.opened'
export const ballotCast = 'meetings.ballotCast'
export const counted = 'meetings.counted'
export const cancelled = 'meetings.cancelled'

const trilingual = z.object({ uz: z.string(), kk: z.string(), ru: z.string() })
const meeting = { meetingId: z.string(), number: z.number(), title: trilingual }

/** To everybody of the house. Instants are ISO texts. */
export const announcedPayload = z.object({ ...meeting, opensAt: z.string(), closesAt: z.string(), questions: z.number() })
export const openedPayload = z.object({ ...meeting, closesAt: z.string(), questions: z.number() })
export const countedPayload = z.object({ ...meeting, quorum: z.boolean() })
export const cancelledPayload = z.object({ ...meeting, reason: z.string() })
/** The notice by a second channel: to the voter and the other persons of these units; it never says how. */
export const ballotCastPayload = z.object({ ...meeting, ballotId: z.string(), personId: z.string(), premisesIds: z.array(z.string()), units: z.string(), castAt: z.string() })
