import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { compareDates } from '#server/kernel/period.ts'
import { ownershipTransferred } from './events.ts'
import { openHoldings, ownersFor } from './owners/write.ts'
import { assertMayKeepRegister } from './policy.ts'
import { findPremises, holdingsOf, houseReach } from './queries.ts'
import { formatShare, judgeShares, planTransfer, type Holding, type TransferPlan } from './rules.ts'
import type { TransferOwnershipInput } from './schema.ts'

/** From a day on the unit belongs to these, and together to exactly these; the past stays as it was. */
export async function transferOwnership(ctx: Context, input: TransferOwnershipInput): Promise<{ left: string[]; owners: { ownerId: string; share: string }[] }> {
  const house = await houseReach(ctx, input.buildingId)
  await findPremises(ctx, input, house.mayKeep)
  assertMayKeepRegister(ctx.actor, house.mayKeep)
  if (compareDates(input.on, ctx.today) > 0) throw invalid('premises.dateInFuture', { date: input.on })
  const shares = judgeShares(input.owners.map(owner => owner.share))
  const before = await holdingsOf(ctx, input)
  if (before.length === 0) throw conflict('premises.notOwnedYet')
  const named = input.owners.flatMap((owner, index) => {
    const share = shares[index]
    return share ? [{ owner, share }] : []
  })
  const next = await ownersFor(ctx, { buildingId: input.buildingId, country: house.country }, named)
  const plan = planTransfer(before, next, input.on)
  await closeHoldings(ctx, input.buildingId, plan)
  await openHoldings(ctx, { buildingId: input.buildingId, premisesId: input.premisesId, since: input.on, basis: input.basis }, plan.open)
  const owners = next.map(each => ({ ownerId: each.ownerId, share: formatShare(each.share) }))
  await record(ctx, { action: 'premises.transferOwnership', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'premises', subjectId: input.premisesId,
    ground: input.basis, before: linesOf(before.filter(held => held.until === null)), after: { on: input.on, owners } })
  await emit(ctx, { name: ownershipTransferred, buildingId: input.buildingId, payload: { premisesId: input.premisesId, on: input.on, left: plan.left, came: plan.open.map(each => each.ownerId) } })
  return { left: plan.left, owners }
}

function linesOf(holdings: readonly Holding[]): { ownerId: string; share: string; since: string }[] {
  return holdings.map(held => ({ ownerId: held.ownerId, share: formatShare(held.share), since: held.since }))
}

async function closeHoldings(ctx: Context, buildingId: string, plan: TransferPlan): Promise<void> {
  for (const { ownershipId, until } of plan.close) {
    await ctx.db.$executeRaw`update ownerships set valid_to = ${until}::date where building_id = ${buildingId}::uuid and ownership_id = ${ownershipId}::uuid`
  }
}
