import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { grantOnBuilding } from '#server/kernel/actor.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { accountPlace } from '#server/ledger/adjustments/queries.ts'
import type { RequestAdjustmentInput } from '#server/ledger/adjustments/schema.ts'
import { adjustmentAsked, type AdjustmentAnnounced } from '#server/ledger/events.ts'
import { assertMayRequest } from '#server/ledger/policy.ts'

/** Asks the inspection to let a debt be changed; nothing changes by asking (seed 000, point 8). The same once more is the same request. */
export async function requestAdjustment(ctx: Context, input: RequestAdjustmentInput): Promise<{ buildingId: string; adjustmentId: string }> {
  const place = assertMayRequest(await accountPlace(ctx, input.number))
  if (input.amount === 0n) throw invalid('ledger.zeroAmount')
  const { buildingId, accountId, premisesId } = place
  const added = await ctx.db.$executeRaw`
    insert into adjustment_requests (building_id, request_id, account_id, premises_id, fund, amount, reason, explanation, papers, requested_by)
    values (${buildingId}::uuid, ${input.adjustmentId}::uuid, ${accountId}::uuid, ${premisesId}::uuid, ${input.fund}, ${input.amount}, ${input.reason},
      ${input.explanation}, ${input.papers}::text[], ${ctx.actor.personId}::uuid) on conflict do nothing`
  if (added === 0) {
    if (!await isAskedSo(ctx, place, input)) throw conflict('ledger.requestTaken')
    return { buildingId, adjustmentId: input.adjustmentId }
  }
  await record(ctx, {
    action: 'ledger.requestAdjustment', buildingId, premisesId, subjectType: 'adjustmentRequest', subjectId: input.adjustmentId, ground: input.papers.join('; '), grantId: grantOnBuilding(ctx.actor, 'adjustment.request', buildingId)?.id ?? null,
    after: { accountId, fund: input.fund, amount: input.amount, reason: input.reason },
  })
  const payload: AdjustmentAnnounced = { premisesId, number: place.number, amount: String(input.amount), currency: place.currency }
  await emit(ctx, { name: adjustmentAsked, buildingId, payload })
  return { buildingId, adjustmentId: input.adjustmentId }
}

async function isAskedSo(ctx: Context, { buildingId, accountId }: { buildingId: string; accountId: string }, input: RequestAdjustmentInput): Promise<boolean> {
  const rows = await ctx.db.$queryRaw<unknown[]>`select from adjustment_requests r where r.building_id = ${buildingId}::uuid and r.request_id = ${input.adjustmentId}::uuid
    and (r.account_id, r.fund, r.amount, r.reason, r.explanation, r.papers, r.requested_by)
      = (${accountId}::uuid, ${input.fund}, ${input.amount}::bigint, ${input.reason}, ${input.explanation}, ${input.papers}::text[], ${ctx.actor.personId}::uuid)`
  return rows.length > 0
}
