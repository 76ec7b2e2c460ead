import 'server-only'
import { record } from '#server/audit/record.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { uniqueViolation, sqlState } from '#server/infra/db.ts'
import { emit } from '#server/infra/event-queue.ts'
import { documentHash } from '#server/identity/codes/keys.ts'
import { ownerConfirmed } from '#server/identity/events.ts'
import { mayConfirmOwner, signedPerson } from '#server/identity/policy.ts'
import { findGrants, listConfirmations, registeredOwners, unitNumber, visibleBuilding, type GrantRow } from '#server/identity/queries.ts'
import { judgeConfirmations } from '#server/identity/rules.ts'
import type { ConfirmOwnerInput } from '#server/identity/schema.ts'

/**
 * A council member saw the paper and says: this person is that owner. The second, different member makes it so
 * (identity 1.5, L2a). The number of the paper is kept only as a keyed hash.
 */
export async function confirmOwner(ctx: Context, input: ConfirmOwnerInput): Promise<{ state: 'WAITING_SECOND' | 'CONFIRMED' }> {
  const me = signedPerson(ctx.actor)
  await visibleBuilding(ctx, input.buildingId)
  // Two members at the same moment: the second must see the first's word.
  await ctx.db.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`owner ${input.grantId}`}, 0))`
  const found = await asService(ctx, 'sign-in', async inner => (await findGrants(inner, { grantId: input.grantId }))[0])
  const acting = mayConfirmOwner(ctx.actor, { buildingId: input.buildingId, personId: found?.personId ?? '' })
  const { claim, premisesId } = await openClaim(ctx, input, found)
  const mine = { confirmedBy: me, ownerId: input.ownerId, documentType: input.documentType, documentHash: documentHash(input.documentType, input.documentNumber) }
  const earlier = await listConfirmations(ctx, input.buildingId, [input.grantId])
  const verdict = judgeConfirmations(earlier, mine)
  await keep(ctx, { input, claim, mine })
  await record(ctx, {
    action: 'identity.confirmOwner', buildingId: input.buildingId, premisesId, subjectType: 'GRANT', subjectId: input.grantId, grantId: acting.id,
    ground: input.documentType, after: { ownerId: input.ownerId, verdict },
  })
  if (verdict === 'CONFIRMED') await raise(ctx, { input, claim, confirmedBy: [...earlier.map(each => each.confirmedBy), me], hash: mine.documentHash })
  return { state: verdict === 'CONFIRMED' ? 'CONFIRMED' : 'WAITING_SECOND' }
}

async function openClaim(ctx: Context, input: ConfirmOwnerInput, claim: GrantRow | undefined): Promise<{ claim: GrantRow; premisesId: string }> {
  const premisesId = claim?.premisesId
  if (!claim || !premisesId || claim.buildingId !== input.buildingId || claim.role !== 'OWNER') throw notFound()
  if (claim.level >= 2) throw conflict('identity.alreadyConfirmed')
  const owners = await registeredOwners(ctx, input.buildingId, [premisesId])
  if (!owners.some(owner => owner.ownerId === input.ownerId)) throw notFound('identity.ownerNotRegistered')
  return { claim, premisesId }
}

type Kept = { input: ConfirmOwnerInput; claim: GrantRow; mine: { confirmedBy: string; documentHash: string } }

async function keep(ctx: Context, { input, claim, mine }: Kept): Promise<void> {
  try {
    await ctx.db.$executeRaw`
      insert into owner_confirmations (building_id, confirmation_id, premises_id, grant_id, person_id, owner_id, document_type, document_hash, confirmed_by, confirmed_at)
      values (${input.buildingId}::uuid, ${newId()}::uuid, ${claim.premisesId}::uuid, ${input.grantId}::uuid, ${claim.personId}::uuid, ${input.ownerId}::uuid,
        ${input.documentType}, ${mine.documentHash}, ${mine.confirmedBy}::uuid, app.now())`
  } catch (error) {
    if (sqlState(error) === uniqueViolation) throw conflict('identity.secondMemberNeeded')
    throw error
  }
}

type Raised = { input: ConfirmOwnerInput; claim: GrantRow; confirmedBy: string[]; hash: string }

async function raise(ctx: Context, { input, claim, confirmedBy, hash }: Raised): Promise<void> {
  const unit = await asService(ctx, 'sign-in', async inner => {
    await inner.db.$queryRaw`select auth.set_grant_level(${input.grantId}::uuid, 2::smallint, ${input.ownerId})`
    await inner.db.$executeRaw`
      insert into link_evidence (building_id, evidence_id, premises_id, grant_id, person_id, method, level, evidence_hash, confirmed_by, at)
      values (${input.buildingId}::uuid, ${newId()}::uuid, ${claim.premisesId}::uuid, ${input.grantId}::uuid, ${claim.personId}::uuid, 'COUNCIL', 2,
        ${hash}, ${confirmedBy}::uuid[], app.now())`
    return unitNumber(inner, { buildingId: input.buildingId, premisesId: claim.premisesId ?? '' })
  })
  await emit(ctx, { name: ownerConfirmed, buildingId: input.buildingId, payload: { premisesId: claim.premisesId, personIds: [claim.personId], unit } })
}
