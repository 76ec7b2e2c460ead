import 'server-only'
import { assertMaySeeTariffs } from '#server/billing/policy.ts'
import { draftChoices, tariffReach, type DraftChoices } from '#server/billing/tariffs/queries.ts'
import type { Context } from '#server/infra/context.ts'
import { consumptionNorms, type ConsumptionNorm } from './queries.ts'

export type NormDesk = { readonly rows: readonly ConsumptionNorm[]; readonly mayDraft: boolean; readonly choices: Pick<DraftChoices, 'places' | 'acts'> }

/** Norms of consumption of the countries of one's houses, and drafts that wait for the second person. */
export async function normDesk(ctx: Context): Promise<NormDesk> {
  const { countries, mayDraft } = assertMaySeeTariffs(await tariffReach(ctx))
  const { places, acts } = await draftChoices(ctx, countries)
  return { rows: await consumptionNorms(ctx, { countries }), mayDraft, choices: { places, acts } }
}
