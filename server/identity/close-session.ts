import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { signedPerson } from '#server/identity/policy.ts'

/** Signs out of this device; the session ends at once, whatever its cookie still says. */
export async function closeSession(ctx: Context): Promise<void> {
  const personId = signedPerson(ctx.actor)
  await record(ctx, { action: 'identity.closeSession', buildingId: null, subjectType: 'PERSON', subjectId: personId })
  await ctx.db.$queryRaw`select auth.revoke_session(${ctx.actor.sessionId}, 'SIGNED_OUT')`
}
