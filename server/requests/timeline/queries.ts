import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Side } from '#server/requests/policy.ts'
import type { RequestState } from '#server/requests/rules.ts'

export type RequestEvent = { seq: number; event: string; state: RequestState; side: Side; note: string; params: Record<string, string> }

export async function appendEvent(ctx: Context, request: { buildingId: string; requestId: string }, entry: RequestEvent): Promise<void> {
  await ctx.db.$executeRaw`insert into request_events (building_id, request_id, seq, event, to_state, side, note, params, person_id)
    values (${request.buildingId}::uuid, ${request.requestId}::uuid, ${entry.seq}, ${entry.event}, ${entry.state}, ${entry.side}, ${entry.note},
      ${JSON.stringify(entry.params)}::jsonb, ${ctx.actor.personId}::uuid)`
}
