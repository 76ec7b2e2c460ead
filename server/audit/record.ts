import 'server-only'
import { newId } from '#server/kernel/ids.ts'
import type { Context } from '#server/infra/context.ts'

export type AuditEntry = {
  action: string
  /** Null: not about one house. */
  buildingId: string | null
  premisesId?: string | null
  subjectType: string
  subjectId: string
  /** Clause, document or reason on which the act rests. */
  ground?: string
  before?: unknown
  after?: unknown
  grantId?: string | null
}

const noHouse = '00000000-0000-0000-0000-000000000000'

/** Leaves the trace of a write in the same transaction: who, acting as what, on which ground, before and after. */
export async function record(ctx: Context, entry: AuditEntry): Promise<void> {
  const { actor } = ctx
  const grantId = entry.grantId ?? actor.actingGrantId ?? actor.grants.find(grant =>
    grant.premisesId !== null && grant.premisesId === entry.premisesId || grant.premisesId === null && grant.buildingId === entry.buildingId)?.id ?? null
  await ctx.db.$executeRaw`insert into audit_entries (building_id, at, audit_id, premises_id, person_id, service, grant_id, action,
      subject_type, subject_id, ground, before, after, request_id)
    values (${entry.buildingId ?? noHouse}::uuid, app.now(), ${newId()}::uuid, ${entry.premisesId ?? null}::uuid, ${actor.personId}::uuid,
      ${actor.service ?? (actor.kind === 'PUBLIC' ? 'public' : null)}, ${grantId}::uuid, ${entry.action}, ${entry.subjectType}, ${entry.subjectId},
      ${entry.ground ?? null}, ${asJson(entry.before)}::jsonb, ${asJson(entry.after)}::jsonb, ${ctx.requestId})`
}

function asJson(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value, (_key, item: unknown) => typeof item === 'bigint' ? item.toString() : item)
}
