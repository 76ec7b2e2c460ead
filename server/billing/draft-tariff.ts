import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import { judgeFigures, judgeRate, unitOf } from '#server/billing/difference/rules.ts'
import { assertMayDraft } from '#server/billing/policy.ts'
import { actOf } from '#server/billing/tariffs/acts.ts'
import type { DraftTariffInput } from '#server/billing/tariffs/schema.ts'

/** Writes down a tariff as the act says it. Nothing is charged by it until another person publishes it. */
export async function draftTariff(ctx: Context, input: DraftTariffInput): Promise<{ tariffId: string }> {
  const [reach] = await ctx.db.$queryRaw<{ may: boolean }[]>`select auth.may_tariff('tariff.draft', ${input.country}, ${input.territoryPrefix}) as may`
  assertMayDraft(reach?.may ?? false)
  if (input.validTo !== null && input.validTo < input.validFrom) throw invalid('tariffs.datesCrossed')
  const unit = unitOf(input.service, input.basis)
  const { price, tiers } = judgeFigures(input)
  const vatRate = judgeRate(input.vatMode, input.vatRate)
  const actId = await actOf(ctx, { ...input, id: input.tariffId, what: 'tariff' })
  const months = input.months === null ? null : [...new Set(input.months)].sort((a, b) => a - b).join(',')
  await ctx.db.$executeRaw`insert into tariffs (tariff_id, country, territory_prefix, service, supplier_id, customer_class, basis, unit, price, tiers, stove, metered, building_meter, privileged, months,
      vat_mode, vat_rate, currency, act_id, source, note, valid_from, valid_to, supersedes, drafted_by, drafted_at)
    values (${input.tariffId}::uuid, ${input.country}, ${input.territoryPrefix}, ${input.service}, ${input.supplierId}::uuid, ${input.customerClass}, ${input.basis}, ${unit}, ${price}::numeric, ${tiers === null ? null : JSON.stringify(tiers)}::jsonb,
      ${input.stove}, ${input.metered}, ${input.buildingMeter}, ${input.privileged}, ${months}, ${input.vatMode}, ${vatRate}::numeric, ${jurisdictionOf(input.country).currency}, ${actId}, ${input.source}, ${input.note},
      ${input.validFrom}::date, ${input.validTo}::date, ${input.supersedes}::text[]::uuid[], ${ctx.actor.personId}::uuid, app.now())`.catch((error: unknown) => {
    throw sqlState(error) === uniqueViolation ? conflict('tariffs.draftedAlready') : error
  })
  await record(ctx, { action: 'billing.draftTariff', buildingId: null, subjectType: 'tariff', subjectId: input.tariffId, ground: actId ?? input.source, after: { ...input, price, tiers, vatRate, unit, actId } })
  return { tariffId: input.tariffId }
}
