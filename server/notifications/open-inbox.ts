import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { ownInbox } from '#server/notifications/policy.ts'

/** The person has looked: what lay unread is read now. */
export async function openInbox(ctx: Context): Promise<{ read: number }> {
  const personId = ownInbox(ctx.actor)
  const read = await ctx.db.$executeRaw`update inbox_messages set read_at = app.now() where person_id = ${personId}::uuid and read_at is null`
  if (read > 0) await record(ctx, { action: 'notifications.openInbox', buildingId: null, subjectType: 'PERSON', subjectId: personId, after: { read } })
  return { read }
}
