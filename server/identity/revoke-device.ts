import 'server-only'
import { record } from '#server/audit/record.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Context } from '#server/infra/context.ts'
import { closeSession } from '#server/identity/close-session.ts'
import { signedPerson } from '#server/identity/policy.ts'
import type { DeviceInput } from '#server/identity/schema.ts'

/** Ends one of one's own sessions on another device, at once (identity 1.9). */
export async function revokeDevice(ctx: Context, { device }: DeviceInput): Promise<void> {
  const personId = signedPerson(ctx.actor)
  if (device === ctx.actor.sessionId) return closeSession(ctx)
  const rows = await ctx.db.$queryRaw<{ name: string | null }[]>`select auth.revoke_session(${device}, 'REVOKED_BY_OWNER') as name`
  if (rows[0]?.name === null || rows[0] === undefined) throw notFound()
  await record(ctx, { action: 'identity.revokeDevice', buildingId: null, subjectType: 'PERSON', subjectId: personId, after: { device: rows[0].name } })
}
