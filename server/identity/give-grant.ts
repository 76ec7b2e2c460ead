import 'server-only'
import { record } from '#server/audit/record.ts'
import type { ActorGrant } from '#server/kernel/actor.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { countryOfPhone, parsePhone } from '#server/kernel/jurisdiction.ts'
import { addDays } from '#server/kernel/period.ts'
import { normaliseUz } from '#server/kernel/text.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { phoneKey } from '#server/identity/codes/keys.ts'
import { mayGiveGrant, signedPerson } from '#server/identity/policy.ts'
import { findGrants, reachOf } from '#server/identity/queries.ts'
import type { GiveGrantInput } from '#server/identity/schema.ts'

/** Gives a role over a scope, for a term, on a paper. Delegated roles hang on the giver's own grant and fall with it. */
export async function giveGrant(ctx: Context, input: GiveGrantInput): Promise<{ grantId: string; personId: string }> {
  const parent = mayGiveGrant(ctx.actor, input, await reachOf(ctx, input.scopeType === 'BUILDING' ? input.scopeId : null))
  const phone = parsePhone(input.phone)
  if (phone === null) throw invalid('identity.phoneShape')
  const validTo = termOf(ctx, input)
  const given = { ...placeOf(input, parent), validTo }
  const personId = await asService(ctx, 'sign-in', inner => write(inner, { input, given, phone, giver: signedPerson(ctx.actor) }))
  await record(ctx, {
    action: 'identity.giveGrant', buildingId: given.buildingId, premisesId: given.premisesId, subjectType: 'GRANT', subjectId: input.grantId, ground: input.basis, grantId: given.parentGrantId,
    after: { role: input.role, scopeType: input.scopeType, scopeId: input.scopeId, personId, validTo },
  })
  return { grantId: input.grantId, personId }
}

type Place = { parentGrantId: string | null; buildingId: string | null; premisesId: string | null }
type Given = Place & { validTo: string | null }

function placeOf(input: GiveGrantInput, parent: ActorGrant | null): Place {
  const parentGrantId = parent?.id ?? null
  if (input.scopeType === 'UNIT') return { parentGrantId, buildingId: parent?.buildingId ?? null, premisesId: input.scopeId }
  return { parentGrantId, buildingId: input.buildingId ?? null, premisesId: null }
}

/** A last day is whole: the right ends with it, by the zone of both countries. */
function termOf(ctx: Context, { lastDay, validTo }: GiveGrantInput): string | null {
  const end = lastDay === undefined ? validTo : new Date(`${addDays(lastDay, 1)}T00:00:00+05:00`)
  if (end && end <= ctx.now) throw invalid('identity.grantTerm')
  return end?.toISOString() ?? null
}

async function write(ctx: Context, { input, given, phone, giver }: { input: GiveGrantInput; given: Given; phone: string; giver: string }): Promise<string> {
  const person = { personId: newId(), country: countryOfPhone(phone), phone, name: normaliseUz(input.name ?? ''), locale: ctx.locale }
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`select auth.put_person(${JSON.stringify(person)}::jsonb)::text as id`
  const personId = rows[0]?.id ?? person.personId
  if (personId === giver) throw invalid('identity.grantToOneself')
  const held = await findGrants(ctx, { personId, role: input.role, scopeType: input.scopeType, scopeId: input.scopeId })
  if (held.some(each => each.grantId !== input.grantId)) throw conflict('identity.roleHeld')
  const level = await levelFor(ctx, input, personId)
  const grant = {
    ...given, grantId: input.grantId, personId, role: input.role, scopeType: input.scopeType, scopeId: input.scopeId, level,
    basisType: 'DOCUMENT', basisId: input.basis, givenBy: giver,
  }
  await ctx.db.$queryRaw`select auth.put_grant(${JSON.stringify(grant)}::jsonb)`
  if (input.role === 'TENANT') await keepEvidence(ctx, { input, given, personId, phone, giver })
  return personId
}

/** The council is chosen from among confirmed owners of the house. */
async function levelFor(ctx: Context, input: GiveGrantInput, personId: string): Promise<number> {
  if (input.role === 'TENANT') return 1
  if (input.role !== 'COUNCIL_MEMBER' && input.role !== 'CHAIR') return 0
  const owned = await findGrants(ctx, { personId, buildingId: input.scopeId, role: 'OWNER' })
  if (!owned.some(grant => grant.level >= 2)) throw invalid('identity.councilOfOwners')
  return 2
}

type Evidence = { input: GiveGrantInput; given: Given; personId: string; phone: string; giver: string }

async function keepEvidence(ctx: Context, { input, given, personId, phone, giver }: Evidence): Promise<void> {
  await ctx.db.$executeRaw`
    insert into link_evidence (building_id, evidence_id, premises_id, grant_id, person_id, method, level, phone_key, confirmed_by, at)
    values (${given.buildingId}::uuid, ${newId()}::uuid, ${given.premisesId}::uuid, ${input.grantId}::uuid, ${personId}::uuid, 'OWNER_GIVES', 1,
      ${phoneKey(phone)}, ${[giver]}::uuid[], app.now())`
}
