import 'server-only'
import * as z from 'zod/mini'

export const codeRequested = 'identity.codeRequested'
export const codesStopped = 'identity.codesStopped'
export const numberOpened = 'identity.numberOpened'
export const homeLinked = 'identity.homeLinked'
export const deviceAdded = 'identity.deviceAdded'
export const ownerConfirmed = 'identity.ownerConfirmed'
export const invitationReused = 'identity.invitationReused'
export const grantEnded = 'identity.grantEnded'

/** The code is not here: whoever sends it derives it from the challenge (settled 16). */
export const codeRequestedPayload = z.object({ challengeId: z.string(), send: z.number() })
/** `personIds`: who keeps the service of the country; `scope`: the country, or the beginning of the numbers. */
export const codesStoppedPayload = z.object({ personIds: z.array(z.string()), cause: z.enum(['MONEY', 'PREFIX', 'PUMPING']), scope: z.string(), minutes: z.number() })
/** `personIds`: who has the number; the people of the flat are told with them. */
export const numberOpenedPayload = z.object({ premisesId: z.string(), personIds: z.array(z.string()), unit: z.string() })
/** `personIds`: the others who are linked to the same flat. */
export const homeLinkedPayload = z.object({ premisesId: z.string(), personIds: z.array(z.string()), unit: z.string(), role: z.string() })
export const deviceAddedPayload = z.object({ personIds: z.array(z.string()), device: z.string(), fresh: z.boolean() })
export const ownerConfirmedPayload = z.object({ premisesId: z.string(), personIds: z.array(z.string()), unit: z.string() })
export const invitationReusedPayload = z.object({ premisesId: z.string(), unit: z.string() })
export const grantEndedPayload = z.object({ personIds: z.array(z.string()), role: z.string(), ground: z.string() })
