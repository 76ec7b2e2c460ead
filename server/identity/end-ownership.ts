import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { grantEnded } from '#server/identity/events.ts'
import { mustBeWorker } from '#server/identity/policy.ts'
import { findGrants } from '#server/identity/queries.ts'

export type OwnershipLeft = { buildingId: string; premisesId: string; ownerIds: readonly string[] }

/** A flat was sold: rights that rested on that ownership end with it (ground 5 of clause 20), and what hung on them. */
export async function endOwnership(ctx: Context, left: OwnershipLeft): Promise<number> {
  mustBeWorker(ctx.actor)
  const held = await findGrants(ctx, { buildingId: left.buildingId, premisesId: left.premisesId, role: 'OWNER' })
  const rows = await ctx.db.$queryRaw<{ grantId: string; personId: string }[]>`
    select grant_id as "grantId", person_id as "personId" from auth.end_grants(
      array(select g.grant_id from auth.find_grants(${JSON.stringify({ buildingId: left.buildingId, premisesId: left.premisesId, role: 'OWNER' })}::jsonb) g
        where g.basis_type = 'OWNER' and g.basis_id = any(${[...left.ownerIds]}::text[])), 'BASIS_ENDED_OR_ABSENT', null, 'OWNERSHIP_LEFT')`
  for (const row of rows) {
    const before = held.find(grant => grant.grantId === row.grantId)
    await record(ctx, {
      action: 'identity.endOwnership', buildingId: left.buildingId, premisesId: left.premisesId, subjectType: 'GRANT', subjectId: row.grantId,
      ground: 'BASIS_ENDED_OR_ABSENT', before: { role: 'OWNER', personId: row.personId, level: before?.level ?? null },
    })
    await emit(ctx, { name: grantEnded, buildingId: left.buildingId, payload: { personIds: [row.personId], role: 'OWNER', ground: 'BASIS_ENDED_OR_ABSENT' } })
  }
  return rows.length
}
