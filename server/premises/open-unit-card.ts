import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { readingOrganisation } from '#server/premises/policy.ts'
import { cardJustOpened, premisesCard, type PremisesCard } from '#server/premises/queries.ts'

/** A unit of the register with its owners and accounts. Looking is itself an act: the people of the home see it among those who looked. */
export async function openUnitCard(ctx: Context, at: { buildingId: string; premisesId: string }): Promise<PremisesCard> {
  const organisationId = readingOrganisation(ctx.actor)
  const card = await premisesCard(ctx, at)
  if (await cardJustOpened(ctx, at)) return card
  await record(ctx, { action: 'premises.cardOpened', ...at, subjectType: 'premises', subjectId: at.premisesId, ground: 'REGISTER', after: { organisationId } })
  return card
}
