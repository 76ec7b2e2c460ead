import 'server-only'
import { record } from '#server/audit/record.ts'
import { conflict } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { normaliseUz } from '#server/kernel/text.ts'
import { asService, openTransaction, serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { phoneKey } from '#server/identity/codes/keys.ts'
import { homeLinked, invitationReused } from '#server/identity/events.ts'
import { findTarget, targetKey, type Target } from '#server/identity/links/target.ts'
import { mayLinkHome } from '#server/identity/policy.ts'
import { findGrants, findPerson, personsOfPremises, registeredOwners, unitNumber, type GrantRow, type InvitationRow, type PersonRow, type RegisteredOwner } from '#server/identity/queries.ts'
import { registerPhoneProves, votesForManyOwners } from '#server/identity/rules.ts'
import type { LinkHomeInput } from '#server/identity/schema.ts'

export type LinkedHome = { grantId: string; buildingId: string; premisesId: string; unit: string; role: 'OWNER' | 'TENANT'; level: number }

/**
 * Links the person's phone to a flat by the code of the paper bill (L1), or by account number and last payment (L1b).
 * The try is committed first; a telephone that stands in the house's register for half a year makes level 2 at once.
 * The same proof by the same person again is the same link: the answer to the first may have been lost on the way.
 */
export async function linkHome(request: RequestScope, input: LinkHomeInput): Promise<LinkedHome> {
  const attemptId = newId()
  const { sessionHash, personId } = await openTransaction(request, async ctx => ({ personId: mayLinkHome(ctx.actor), sessionHash: ctx.actor.sessionId ?? '' }))
  const key = targetKey(input)
  await serviceTransaction('sign-in', async ctx => {
    const rows = await ctx.db.$queryRaw<{ verdict: string }[]>`select auth.count_link_attempt(${attemptId}::uuid, ${sessionHash}, ${key}) as verdict`
    if (rows[0]?.verdict !== 'OK') throw conflict('identity.linkTooMany')
  }, request)
  const target = await findTarget(request, input, { personId, onReuse: row => serviceTransaction('sign-in', ctx => tellHolder(ctx, row), request) })
  return openTransaction(request, ctx => link(ctx, { input, target, attemptId }))
}

/** A used code typed again: whoever lives behind it is told (I10). Committed before the refusal. */
async function tellHolder(ctx: Context, row: InvitationRow): Promise<void> {
  await emit(ctx, { name: invitationReused, buildingId: row.buildingId, payload: { premisesId: row.premisesId, unit: await unitNumber(ctx, row) } })
  await record(ctx, { action: 'identity.refuseInvitation', buildingId: row.buildingId, premisesId: row.premisesId, subjectType: 'INVITATION', subjectId: row.invitationId })
}

type Link = { input: LinkHomeInput; target: Target; attemptId: string }
type Made = LinkedHome & { others: string[]; manyOwners: boolean; method: string; before: boolean }

async function link(ctx: Context, { input, target, attemptId }: Link): Promise<LinkedHome> {
  const personId = mayLinkHome(ctx.actor)
  const person = await findPerson(ctx, personId)
  const name = normaliseUz(input.fullName)
  if (person.name === '') await ctx.db.$queryRaw`select auth.change_person(${personId}::uuid, null, ${name})`
  const made = await asService(ctx, 'sign-in', async inner => {
    await ctx.db.$executeRaw`select auth.link_succeeded(${attemptId}::uuid)`
    return writeLink(inner, { role: input.role, target, person })
  })
  const { others: _others, manyOwners: _many, method: _method, before, ...linked } = made
  if (before) return linked
  await record(ctx, {
    action: 'identity.linkHome', buildingId: target.buildingId, premisesId: target.premisesId, subjectType: 'GRANT', subjectId: made.grantId, ground: made.method,
    grantId: made.grantId, after: { role: made.role, level: made.level, name, ...(made.manyOwners ? { householdPhone: true } : {}) },
  })
  await emit(ctx, {
    name: homeLinked, buildingId: target.buildingId,
    payload: { premisesId: target.premisesId, personIds: made.others, unit: made.unit, role: made.role },
  })
  return linked
}

async function writeLink(ctx: Context, { role, target, person }: { role: 'OWNER' | 'TENANT'; target: Target; person: PersonRow }): Promise<Made> {
  const { buildingId, premisesId } = target
  const mine = await findGrants(ctx, { personId: person.personId })
  const held = mine.find(grant => grant.premisesId === premisesId)
  if (held) return sameLink(ctx, held, { role, target })
  if (target.invitationId) await useInvitation(ctx, target, person.personId)
  const proof = proofOf(target, role === 'OWNER' ? provenOwner(await registeredOwners(ctx, buildingId, [premisesId]), { ctx, person }) : null)
  const { level, method } = proof
  const others = (await personsOfPremises(ctx, target)).filter(id => id !== person.personId)
  const grantId = newId()
  const grant = {
    grantId, personId: person.personId, role, scopeType: 'UNIT', scopeId: premisesId, buildingId, premisesId, level,
    basisType: proof.basisType, basisId: proof.basisId,
  }
  await ctx.db.$queryRaw`select auth.put_grant(${JSON.stringify(grant)}::jsonb)`
  const owned = mine.filter(each => each.buildingId === buildingId && each.role === 'OWNER').map(each => String(each.premisesId))
  const manyOwners = role === 'OWNER' && await isHouseholdPhone(ctx, [...owned, premisesId], buildingId)
  await ctx.db.$executeRaw`
    insert into link_evidence (building_id, evidence_id, premises_id, grant_id, person_id, method, level, phone_key, evidence_hash, many_owners, at)
    values (${buildingId}::uuid, ${newId()}::uuid, ${premisesId}::uuid, ${grantId}::uuid, ${person.personId}::uuid, ${method}, ${level},
      ${phoneKey(person.phone ?? '')}, ${target.evidenceHash}, ${manyOwners}, app.now())`
  return { grantId, buildingId, premisesId, unit: await unitNumber(ctx, target), role, level, others, manyOwners, method, before: false }
}

/** The flat is linked: by this very proof, or by another one. */
async function sameLink(ctx: Context, held: GrantRow, { role, target }: { role: 'OWNER' | 'TENANT'; target: Target }): Promise<Made> {
  const { buildingId, premisesId, evidenceHash, method } = target
  const [evidence] = await ctx.db.$queryRaw<{ one: number }[]>`select 1 as one from link_evidence
    where building_id = ${buildingId}::uuid and grant_id = ${held.grantId}::uuid and evidence_hash = ${evidenceHash} and revoked_at is null`
  if (!evidence || held.role !== role) throw conflict('identity.alreadyLinked')
  return { grantId: held.grantId, buildingId, premisesId, unit: await unitNumber(ctx, target), role, level: held.level, others: [], manyOwners: false, method, before: true }
}

type Proof = { level: 1 | 2; method: string; basisType: string; basisId: string }

function proofOf(target: Target, registered: RegisteredOwner | null): Proof {
  if (registered) return { level: 2, method: 'REGISTRY_PHONE', basisType: 'OWNER', basisId: registered.ownerId }
  return { level: 1, method: target.method, basisType: target.method, basisId: target.basisId }
}

/** The owner of the register whose telephone this is, if it has stood there long enough (identity 1.5, L2c). */
function provenOwner(owners: RegisteredOwner[], { ctx, person }: { ctx: Context; person: PersonRow }): RegisteredOwner | null {
  return owners.find(owner => owner.phone !== null && owner.phone === person.phone && registerPhoneProves(owner.phoneSince, ctx.today)) ?? null
}

async function isHouseholdPhone(ctx: Context, premisesIds: string[], buildingId: string): Promise<boolean> {
  const owners = await registeredOwners(ctx, buildingId, premisesIds)
  return votesForManyOwners(premisesIds.map(id => owners.filter(owner => owner.premisesId === id).map(owner => owner.ownerId)))
}

async function useInvitation(ctx: Context, target: Target, personId: string): Promise<void> {
  const used = await ctx.db.$executeRaw`
    update invitations set state = 'USED', used_by = ${personId}::uuid, used_at = app.now()
    where building_id = ${target.buildingId}::uuid and invitation_id = ${target.invitationId}::uuid and state = 'OPEN' and expires_at > app.now()`
  if (used !== 1) throw conflict('identity.invitationUsed')
}
