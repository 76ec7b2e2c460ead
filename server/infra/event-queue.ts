import 'server-only'
import { newId } from '#server/kernel/ids.ts'
import type { Context } from '#server/infra/context.ts'

export type DomainEvent = { name: string; buildingId: string; payload: Record<string, unknown> }

/** Announces what happened, in the same transaction; the worker hands it on at least once. */
export async function emit(ctx: Context, event: DomainEvent): Promise<void> {
  await ctx.db.$executeRaw`insert into event_queue (building_id, event_id, name, payload, created_at, next_try_at)
    values (${event.buildingId}::uuid, ${newId()}::uuid, ${event.name}, ${JSON.stringify(event.payload, bigintAsText)}::jsonb, app.now(), app.now())`
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
