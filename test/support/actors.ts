import { createHash, randomBytes } from 'node:crypto'
import { createCaller } from '#server/api/root.ts'
import type { RequestScope } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import type { TestDatabase } from '#test/support/database.ts'

export type ActingPerson = { personId: string; sid: string; grantId: string | null; phone: string; request: RequestScope; caller: ReturnType<typeof createCaller> }
type House = { buildingId: string; organisationId: string; country?: 'UZ' | 'KZ' }
type Unit = { premisesId: string }
type Grant = { role: string; scopeType: 'UNIT' | 'BUILDING' | 'ORGANISATION' | 'TERRITORY' | 'COUNTRY'; scopeId: string; buildingId?: string; premisesId?: string; level?: number }
type Options = { kind?: 'RESIDENT' | 'STAFF'; level?: number; fresh?: boolean; phone?: string }

let phones = Number.parseInt(randomBytes(3).toString('hex'), 16) % 9_000_000

function requestOf(sid: string | null): RequestScope {
  return { sid, acting: null, locale: 'ru', requestId: newId(), address: '127.0.0.1', userAgent: 'test', browser: `test-browser ${newId()}` }
}

/** A signed-in person with one grant, made behind the policies' back; their procedures in `caller`. */
export async function asPerson(db: TestDatabase, grant: Grant | null, options: Options = {}): Promise<ActingPerson> {
  const personId = newId()
  const sid = randomBytes(32).toString('base64url')
  phones += 1
  const phone = options.phone ?? `+7701${String(phones).padStart(7, '0')}`
  await db.sql(`insert into auth.persons (person_id, country, phone, display_name, locale) values ($1, 'KZ', $2, 'Test', 'ru')`, [personId, phone])
  await db.sql(`insert into auth.sessions (session_hash, person_id, kind, level, expires_at, fresh_until)
    values ($1, $2, $3, $4, 'infinity', case when $5 then now() + interval '72 hours' end)`,
    [createHash('sha256').update(sid).digest(), personId, options.kind ?? 'RESIDENT', options.level ?? 0, options.fresh ?? false])
  const grantId = grant ? await giveGrant(db, personId, grant) : null
  const request = requestOf(sid)
  return { personId, sid, grantId, phone, request, caller: createCaller({ request }) }
}

/** One more grant for a person. */
export async function giveGrant(db: TestDatabase, personId: string, grant: Grant): Promise<string> {
  const grantId = newId()
  await db.sql(`insert into auth.grants (grant_id, person_id, role, scope_type, scope_id, building_id, premises_id, level, valid_from)
    values ($1, $2, $3, $4, $5, $6, $7, $8, '2000-01-01')`,
    [grantId, personId, grant.role, grant.scopeType, grant.scopeId, grant.buildingId ?? null, grant.premisesId ?? null, grant.level ?? 1])
  return grantId
}

function unitGrant(role: string, house: House, unit: Unit, level: number): Grant {
  return { role, scopeType: 'UNIT', scopeId: unit.premisesId, buildingId: house.buildingId, premisesId: unit.premisesId, level }
}

/** An owner confirmed to level 2, able to vote, unless told otherwise. */
export function asOwner(db: TestDatabase, house: House, unit: Unit, options: Options = {}): Promise<ActingPerson> {
  return asPerson(db, unitGrant('OWNER', house, unit, options.level ?? 2), { level: 2, ...options })
}
export function asTenant(db: TestDatabase, house: House, unit: Unit): Promise<ActingPerson> {
  return asPerson(db, unitGrant('TENANT', house, unit, 1))
}
export function asCouncil(db: TestDatabase, house: House): Promise<ActingPerson> {
  return asPerson(db, { role: 'COUNCIL_MEMBER', scopeType: 'BUILDING', scopeId: house.buildingId, buildingId: house.buildingId, level: 2 }, { level: 2 })
}
export function asChair(db: TestDatabase, house: House): Promise<ActingPerson> {
  return asPerson(db, { role: 'CHAIR', scopeType: 'BUILDING', scopeId: house.buildingId, buildingId: house.buildingId, level: 2 }, { level: 2 })
}
function asStaff(db: TestDatabase, house: House, role: string): Promise<ActingPerson> {
  return asPerson(db, { role, scopeType: 'ORGANISATION', scopeId: house.organisationId }, { kind: 'STAFF' })
}
export function asManager(db: TestDatabase, house: House): Promise<ActingPerson> {
  return asStaff(db, house, 'MANAGER')
}
export function asAccountant(db: TestDatabase, house: House): Promise<ActingPerson> {
  return asStaff(db, house, 'ACCOUNTANT')
}
export function asClerk(db: TestDatabase, house: House): Promise<ActingPerson> {
  return asStaff(db, house, 'CLERK')
}
/** Nobody: no session at all. */
export function asStranger(): { request: RequestScope; caller: ReturnType<typeof createCaller> } {
  const request = requestOf(null)
  return { request, caller: createCaller({ request }) }
}
