import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { invalid } from '#server/kernel/errors.ts'
import { assertMayEnd } from '#server/billing/policy.ts'
import { findTariff } from '#server/billing/tariffs/queries.ts'
import type { EndTariffInput } from '#server/billing/tariffs/schema.ts'

/** The only thing that still happens to a published tariff: its last day comes, or comes earlier. Bills that were made stay. */
export async function endTariff(ctx: Context, input: EndTariffInput): Promise<{ tariffId: string }> {
  const tariff = assertMayEnd(ctx.actor, await findTariff(ctx, input.tariffId))
  if (input.lastDay < tariff.validFrom || (tariff.validTo !== null && input.lastDay >= tariff.validTo)) throw invalid('tariffs.endOutside')
  await ctx.db.$executeRaw`update tariffs set valid_to = ${input.lastDay}::date where tariff_id = ${input.tariffId}::uuid`
  await record(ctx, { action: 'billing.endTariff', buildingId: null, subjectType: 'tariff', subjectId: input.tariffId, ground: input.ground, before: { validTo: tariff.validTo }, after: { validTo: input.lastDay } })
  return { tariffId: input.tariffId }
}
