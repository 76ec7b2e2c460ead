import * as z from 'zod/mini'
import { isId } from '#server/kernel/ids.ts'
import { isLocalDate } from '#server/kernel/period.ts'

const id = z.string().check(z.refine(isId))
const words = (most: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(most))
const localeName = z.enum(['uz', 'kk', 'ru'])

export const codePurposes = ['signIn', 'vote', 'phoneChange'] as const
export type CodePurpose = (typeof codePurposes)[number]

/** What a person types as a telephone number, in any of the usual ways. */
export const requestCodeInput = z.object({ phone: words(40) })
export type RequestCodeInput = z.infer<typeof requestCodeInput>

/** Six figures, with the spaces that some keyboards put between them. */
export const codeText = z.string().check(z.trim(), z.regex(/^\d[\d\s]{5,10}$/))

export const openSessionInput = z.object({ code: codeText })
export type OpenSessionInput = z.infer<typeof openSessionInput>

export const openStaffSessionInput = z.object({ login: words(100), password: z.string().check(z.minLength(1), z.maxLength(200)), oneTimeKey: z.union([codeText, z.string().check(z.trim(), z.minLength(24), z.maxLength(60))]) })
export type OpenStaffSessionInput = z.infer<typeof openStaffSessionInput>

const sessionHash = z.string().check(z.regex(/^[0-9a-f]{64}$/))
export const deviceInput = z.object({ device: sessionHash })
export type DeviceInput = z.infer<typeof deviceInput>

export const linkRoles = ['OWNER', 'TENANT'] as const
const linkPerson = { role: z.enum(linkRoles), fullName: words(200) }
export const linkHomeInput = z.discriminatedUnion('method', [
  z.object({ method: z.literal('INVITATION'), invitation: words(40), ...linkPerson }),
  z.object({ method: z.literal('ACCOUNT'), accountNumber: words(40), lastPaid: words(40), ...linkPerson }),
])
export type LinkHomeInput = z.infer<typeof linkHomeInput>

export const buildingInput = z.object({ buildingId: id })

export const documentTypes = ['ID_CARD', 'PASSPORT', 'TITLE'] as const
export const confirmOwnerInput = z.object({
  buildingId: id, grantId: id, ownerId: id, documentType: z.enum(documentTypes), documentNumber: words(60),
})
export type ConfirmOwnerInput = z.infer<typeof confirmOwnerInput>

/** Where the list of rights of an organisation or of a house is kept. */
export const grantScopeInput = z.object({ scopeType: z.enum(['ORGANISATION', 'BUILDING']), scopeId: id })
export type GrantScope = z.infer<typeof grantScopeInput>
export const grantPlacesInput = z.object({ text: z.optional(z.string().check(z.trim(), z.maxLength(120))) })

export const givenRoles = ['TENANT', 'COUNCIL_MEMBER', 'CHAIR', 'MANAGER', 'ACCOUNTANT', 'CLERK', 'INSPECTOR'] as const
export type GivenRole = (typeof givenRoles)[number]
export const giveGrantInput = z.object({
  grantId: id,
  role: z.enum(givenRoles),
  scopeType: z.enum(['UNIT', 'BUILDING', 'ORGANISATION', 'TERRITORY']),
  scopeId: words(100),
  buildingId: z.optional(id),
  phone: words(40),
  name: z.optional(words(200)),
  /** The paper on which the right rests: minutes, order, agreement. */
  basis: words(300),
  validTo: z.optional(z.date()),
  /** The same as a day of the calendar on the wall, itself included. */
  lastDay: z.optional(z.string().check(z.refine(isLocalDate))),
})
export type GiveGrantInput = z.infer<typeof giveGrantInput>

export const endGrounds = ['REVOKED_BY_GRANTOR', 'WAIVED_BY_HOLDER', 'BASIS_ENDED_OR_ABSENT', 'FALSE_INFORMATION', 'OTHER_BY_LAW'] as const
export type EndGround = (typeof endGrounds)[number]
export const endGrantInput = z.object({ grantId: id, ground: z.enum(endGrounds), note: z.optional(words(500)) })
export type EndGrantInput = z.infer<typeof endGrantInput>

export const registerStaffInput = z.object({
  grantId: id,
  organisationId: id,
  role: z.enum(['ACCOUNTANT', 'CLERK']),
  name: words(200),
  login: z.string().check(z.trim(), z.toLowerCase(), z.regex(/^[a-z0-9][a-z0-9._-]{2,99}$/)),
  password: z.string().check(z.minLength(12), z.maxLength(200)),
  basis: words(300),
})
export type RegisterStaffInput = z.infer<typeof registerStaffInput>

export const setLocaleInput = z.object({ locale: localeName })
export type SetLocaleInput = z.infer<typeof setLocaleInput>

/** Limits of one-time codes that whoever keeps the service may set: a day's money of a country, an hour's codes of a prefix or of every prefix of a country. */
export const setLimits = ['MONEY_DAY', 'PREFIX_HOUR'] as const
export const setCodeLimitInput = z.object({
  name: z.enum(setLimits),
  scope: z.string().check(z.regex(/^(KZ|UZ|\+7\d{3}|\+998\d{2})$/)),
  /** Minor units of the country's money, or codes. */
  value: z.string().check(z.regex(/^\d{1,13}$/)),
  /** Order or letter on which the new limit rests. */
  basis: words(300),
})
export type SetCodeLimitInput = z.infer<typeof setCodeLimitInput>

export const reopenNumberInput = z.object({
  numberKey: z.string().check(z.regex(/^[0-9a-f]{32}$/)), buildingId: id, premisesId: id,
  /** Which owner of the register shows the paper; none for a tenant. */
  ownerId: z.optional(id),
  documentType: z.enum(documentTypes), documentNumber: words(60),
})
export type ReopenNumberInput = z.infer<typeof reopenNumberInput>
