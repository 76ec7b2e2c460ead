import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { assertMayDecline } from '#server/billing/policy.ts'
import { findTariff } from '#server/billing/tariffs/queries.ts'
import type { DeclineTariffInput } from '#server/billing/tariffs/schema.ts'

/** A draft is taken back or sent back as it stands; a better one is another draft. */
export async function declineTariff(ctx: Context, input: DeclineTariffInput): Promise<{ tariffId: string }> {
  assertMayDecline(await findTariff(ctx, input.tariffId))
  await ctx.db.$executeRaw`update tariffs set declined_at = app.now(), declined_by = ${ctx.actor.personId}::uuid, declined_reason = ${input.reason} where tariff_id = ${input.tariffId}::uuid`
  await record(ctx, { action: 'billing.declineTariff', buildingId: null, subjectType: 'tariff', subjectId: input.tariffId, ground: input.reason })
  return { tariffId: input.tariffId }
}
