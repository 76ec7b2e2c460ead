import 'server-only'
import { hasRightOnBuilding } from '#server/kernel/actor.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Locale } from '#server/kernel/format.ts'
import { maskPhone, type Country } from '#server/kernel/jurisdiction.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { hmac } from '#server/infra/crypto.ts'
import { env } from '#server/infra/env.ts'
import { browserKey, deriveCode, personKeyOf } from '#server/identity/codes/keys.ts'
import { demoDeviceToken } from '#server/identity/demo/device.ts'
import { maySeeClaims, signedPerson } from '#server/identity/policy.ts'
import {
  findPerson, listConfirmations, listDevices, listHomes, listOpenClaims, listRecentLinks, listRoles, registeredOwners, visibleBuilding, waitingCode,
  type Claim, type ConfirmationRow, type Device, type Home, type RecentLink, type RegisteredOwner, type Role,
} from '#server/identity/queries.ts'

export type Me = {
  name: string
  maskedPhone: string | null
  locale: Locale
  country: Country
  /** The business date by the server's clock: screens have none of their own. */
  today: LocalDate
  kind: string
  level: number
  /** This device may not vote yet; until when, if no older one confirms it. */
  fresh: boolean
  freshUntil: Date | null
  homes: Home[]
  roles: Role[]
  actingGrantId: string | null
  /** New devices of mine that this one may vouch for. */
  pendingDevices: Device[]
  /** Demonstration only: the link by which this new device's older sister opens. */
  demoDevice: string | null
}

/** Who is signed in: name, flats, roles, devices that wait for a word. Null for a stranger. */
export async function readMe(ctx: Context): Promise<Me | null> {
  if (ctx.actor.personId === null) return null
  const personId = signedPerson(ctx.actor)
  const person = await findPerson(ctx, personId)
  const devices = await listDevices(ctx, personId)
  const { homes, roles } = await asService(ctx, 'sign-in', async inner => ({ homes: await listHomes(inner, personId), roles: await listRoles(inner, personId) }))
  const mine = devices.find(device => device.isThis)
  return {
    name: person.name, maskedPhone: person.phone === null ? null : maskPhone(person.phone), locale: person.locale, country: person.country, today: ctx.today,
    kind: ctx.actor.kind, level: ctx.actor.level, fresh: ctx.actor.fresh, freshUntil: mine?.freshUntil ?? null,
    // A role of staff is nothing in a session that a code by SMS opened.
    homes, roles: roles.filter(role => role.scopeType === 'BUILDING' || ctx.actor.kind === 'STAFF'), actingGrantId: ctx.actor.actingGrantId, pendingDevices: pendingFor(devices, ctx.actor.fresh),
    demoDevice: ctx.actor.fresh && hasDemoDevice(devices) ? demoDeviceToken(personId) : null,
  }
}

function hasDemoDevice(devices: Device[]): boolean {
  return env.DEMO && devices.some(device => device.name.endsWith('(demo)'))
}

function pendingFor(devices: Device[], fresh: boolean): Device[] {
  const mine = devices.find(device => device.isThis)
  if (!mine || fresh || mine.kind !== 'RESIDENT') return []
  return devices.filter(device => device.freshUntil !== null && device.since > mine.since)
}

export async function readDevices(ctx: Context): Promise<Device[]> {
  return listDevices(ctx, signedPerson(ctx.actor))
}

/** The stable key of a person's sealed store on their phone, and their opaque name there (settled 17). */
export function readOutboxKey(ctx: Context): { personKey: string; key: string } {
  const personId = signedPerson(ctx.actor)
  return { personKey: personKeyOf(personId), key: Buffer.from(hmac('outbox-key', personId), 'hex').toString('base64url') }
}

/** What a member of staff holds for the day their telephone is lost; keys are changed in the first minutes of a session. */
export async function readKeys(ctx: Context): Promise<{ codesLeft: number; mayChange: boolean }> {
  signedPerson(ctx.actor)
  const rows = await ctx.db.$queryRaw<{ keys: { codesLeft: number; mayChange: boolean } }[]>`select auth.own_keys() as keys`
  return rows[0]?.keys ?? { codesLeft: 0, mayChange: false }
}

export type SignInState = { step: 'phone' } | { step: 'code'; maskedPhone: string; resendAfterSeconds: number; expiresAt: Date; demoCode: string | null }

/** Which of the two sign-in screens this browser is on. */
export async function readSignIn(ctx: Context): Promise<SignInState> {
  const browser = browserKey(ctx.request.browser)
  if (browser === '') return { step: 'phone' }
  const waiting = await asService(ctx, 'sign-in', inner => waitingCode(inner, browser))
  if (waiting === null) return { step: 'phone' }
  return {
    step: 'code', maskedPhone: maskPhone(waiting.phone), resendAfterSeconds: waiting.resendAfterSeconds, expiresAt: new Date(waiting.expiresAt),
    demoCode: env.DEMO ? deriveCode(waiting.challengeId, { purpose: 'signIn', contentHash: '' }) : null,
  }
}

export type ClaimView = Claim & { owners: RegisteredOwner[]; confirmations: (ConfirmationRow & { byMe: boolean })[]; mine: boolean }

/** Owners who wait for the council's word, each with the register's owners of that flat. */
export async function readClaims(ctx: Context, { buildingId }: { buildingId: string }): Promise<{ building: string; claims: ClaimView[] }> {
  const building = await visibleBuilding(ctx, buildingId)
  maySeeClaims(ctx.actor, buildingId)
  const claims = await asService(ctx, 'sign-in', inner => listOpenClaims(inner, buildingId))
  const owners = await registeredOwners(ctx, buildingId, claims.map(claim => claim.premisesId))
  const confirmations = await listConfirmations(ctx, buildingId, claims.map(claim => claim.grantId))
  return {
    building: building.name,
    claims: claims.map(claim => ({
      ...claim, mine: claim.personId === ctx.actor.personId,
      owners: owners.filter(owner => owner.premisesId === claim.premisesId).map(owner => ({ ...owner, phone: null })),
      confirmations: confirmations.filter(each => each.grantId === claim.grantId).map(each => ({ ...each, byMe: each.confirmedBy === ctx.actor.personId })),
    })),
  }
}

/** New links of the house for its owners to look over: unit numbers only (identity 1.5). */
export async function readRecentLinks(ctx: Context, { buildingId }: { buildingId: string }): Promise<RecentLink[]> {
  signedPerson(ctx.actor)
  await visibleBuilding(ctx, buildingId)
  if (!hasRightOnBuilding(ctx.actor, 'house.read', buildingId)) throw notFound()
  return asService(ctx, 'sign-in', inner => listRecentLinks(inner, buildingId))
}
