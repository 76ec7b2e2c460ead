import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { canJoinRequest } from '#server/requests/policy.ts'
import { houseForFiling, requestForMove } from '#server/requests/queries.ts'
import { isOpen } from '#server/requests/rules.ts'
import type { JoinRequestInput } from '#server/requests/schema.ts'
import { appendEvent } from '#server/requests/timeline/queries.ts'

/** 'Me too': a neighbour follows a request instead of filing the same again. Twice is once. */
export async function joinRequest(ctx: Context, input: JoinRequestInput): Promise<{ number: number; joined: number }> {
  canJoinRequest(await houseForFiling(ctx.db, input.buildingId, input.premisesId))
  const request = await requestForMove(ctx.db, input)
  if (!isOpen(request.state)) throw conflict('requests.alreadyClosed')
  if (request.reach.mine) throw conflict('requests.alreadyYours')
  const added = await ctx.db.$executeRaw`insert into request_joins (building_id, request_id, premises_id, person_id)
    values (${input.buildingId}::uuid, ${input.requestId}::uuid, ${input.premisesId}::uuid, ${ctx.actor.personId}::uuid) on conflict do nothing`
  // The neighbour may not touch the request itself; the house's own machine counts.
  const joined = await asService(ctx, 'worker', inner => count(inner, input, added === 1))
  if (added === 1) {
    await record(ctx, { action: 'requests.joinRequest', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'request', subjectId: input.requestId, after: { joined } })
  }
  return { number: request.number, joined }
}

async function count(ctx: Context, input: JoinRequestInput, added: boolean): Promise<number> {
  await ctx.db.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${input.requestId}, 12))`
  const rows = await ctx.db.$queryRaw<{ joined: number }[]>`
    update requests set joined = (select count(*) from request_joins j where j.building_id = requests.building_id and j.request_id = requests.request_id)
    where building_id = ${input.buildingId}::uuid and request_id = ${input.requestId}::uuid returning joined`
  const joined = rows[0]?.joined ?? 0
  const request = await requestForMove(ctx.db, input)
  if (added) await appendEvent(ctx, input, { seq: request.lastSeq + 1, event: 'join', state: request.state, side: 'NEIGHBOUR', note: '', params: { joined: String(joined) } })
  return joined
}
