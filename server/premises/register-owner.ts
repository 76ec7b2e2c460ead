import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { compareDates } from '#server/kernel/period.ts'
import { openHoldings, ownersFor } from './owners/write.ts'
import { assertMayKeepRegister } from './policy.ts'
import { findPremises, holdingsOf, houseReach } from './queries.ts'
import { formatShare, judgeShares } from './rules.ts'
import type { RegisterOwnerInput } from './schema.ts'

/** First owners of a unit that has none in the register; together they own exactly all of it. */
export async function registerOwner(ctx: Context, input: RegisterOwnerInput): Promise<{ owners: { ownerId: string; share: string }[] }> {
  const house = await houseReach(ctx, input.buildingId)
  await findPremises(ctx, input, house.mayKeep)
  assertMayKeepRegister(ctx.actor, house.mayKeep)
  if (compareDates(input.since, ctx.today) > 0) throw invalid('premises.dateInFuture', { date: input.since })
  const shares = judgeShares(input.owners.map(owner => owner.share))
  if ((await holdingsOf(ctx, input)).length > 0) throw conflict('premises.alreadyOwned')
  const named = input.owners.flatMap((owner, index) => {
    const share = shares[index]
    return share ? [{ owner, share }] : []
  })
  const holdings = await ownersFor(ctx, { buildingId: input.buildingId, country: house.country }, named)
  if (new Set(holdings.map(each => each.ownerId)).size !== holdings.length) throw invalid('premises.ownerTwice')
  await openHoldings(ctx, input, holdings)
  const owners = holdings.map(each => ({ ownerId: each.ownerId, share: formatShare(each.share) }))
  await record(ctx, { action: 'premises.registerOwner', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'premises', subjectId: input.premisesId,
    ground: input.basis, after: { since: input.since, owners } })
  return { owners }
}
