import 'server-only'
import { record } from '#server/audit/record.ts'
import { invalid, notFound } from '#server/kernel/errors.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { grantEnded } from '#server/identity/events.ts'
import { groundsToEnd, mayEndGrant, signedPerson } from '#server/identity/policy.ts'
import { findGrants, reachOf, type GrantRow } from '#server/identity/queries.ts'
import type { EndGrantInput, EndGround } from '#server/identity/schema.ts'

const noHouse = '00000000-0000-0000-0000-000000000000'

/** Decisions of the administrator say why (grounds 6 and 7). */
const reasoned: readonly EndGround[] = ['FALSE_INFORMATION', 'OTHER_BY_LAW']

/** Ends a right on one of the grounds of clause 20; it and all given from it are dead at that second, inside SQL too. */
export async function endGrant(ctx: Context, input: EndGrantInput): Promise<void> {
  const me = signedPerson(ctx.actor)
  const grant = await asService(ctx, 'sign-in', async inner => (await findGrants(inner, { grantId: input.grantId }))[0])
  if (!grant) throw notFound()
  mayEndGrant(groundsToEnd(ctx.actor, grant, await reachOf(ctx, grant.buildingId)), input.ground)
  if (reasoned.includes(input.ground) && !input.note) throw invalid('identity.noteNeeded')
  // The trace first: ending one's own last right would take away the right to leave it.
  await record(ctx, {
    action: 'identity.endGrant', buildingId: grant.buildingId, premisesId: grant.premisesId, subjectType: 'GRANT', subjectId: grant.grantId,
    ground: input.ground, before: { role: grant.role, personId: grant.personId, level: grant.level }, after: { note: input.note ?? null },
  })
  await asService(ctx, 'sign-in', inner => end(inner, { grant, input, me }))
  await emit(ctx, {
    name: grantEnded, buildingId: grant.buildingId ?? noHouse,
    payload: { personIds: [...new Set([grant.personId, ...(grant.givenBy ? [grant.givenBy] : [])])], role: grant.role, ground: input.ground },
  })
}

async function end(ctx: Context, { grant, input, me }: { grant: GrantRow; input: EndGrantInput; me: string }): Promise<void> {
  await ctx.db.$executeRaw`select count(*) from auth.end_grants(${[grant.grantId]}::uuid[], ${input.ground}, ${me}::uuid, ${input.note ?? null})`
  if (grant.buildingId === null) return
  await ctx.db.$executeRaw`
    update link_evidence set revoked_at = app.now(), revoked_reason = ${input.ground}
    where building_id = ${grant.buildingId}::uuid and grant_id = ${grant.grantId}::uuid and revoked_at is null`
}
