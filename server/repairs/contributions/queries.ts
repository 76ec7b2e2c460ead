import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import { priceOf } from '#server/kernel/quantity.ts'
import { indexOn } from '#server/repairs/queries.ts'
import { savingsContribution } from '#server/repairs/rules.ts'

type Unit = { premisesId: string; accountId: string; unitKind: string; unitNumber: string; areaM2: string; accountNumber: string }
export type CurrentShare = Omit<Unit, 'accountId'> & { monthly: bigint; perM2: string; basis: string; owed: bigint }

/** The current contribution of own premises: so much per m² by the meeting, and what of it is still to be paid. */
export async function currentShares(ctx: Context, buildingId: string, units: readonly Unit[]): Promise<CurrentShare[]> {
  const shares: CurrentShare[] = []
  for (const { accountId, ...unit } of units) {
    const rate = await rateOf(ctx, buildingId, unit.unitKind)
    if (!rate) continue
    // As it stands today and no history: whole also for whoever may not see the payments.
    const owed = await asService(ctx, 'payments', inner => inner.db.$queryRaw<{ owed: bigint }[]>`
      select coalesce((h.balances ->> 'CURRENT')::bigint, 0) as owed from account_heads h where h.building_id = ${buildingId}::uuid and h.account_id = ${accountId}::uuid`)
    shares.push({ ...unit, ...(await monthlyOf(ctx, unit.areaM2, rate)), basis: rate.basis, owed: owed[0]?.owed ?? 0n })
  }
  return shares
}

type Rate = { perM2: string | null; indexCode: string | null; multiple: string | null; basis: string }

async function rateOf(ctx: Context, buildingId: string, kind: string): Promise<Rate | null> {
  const rows = await ctx.db.$queryRaw<Rate[]>`
    select trim_scale(c.per_m2)::text as "perM2", c.index_code as "indexCode", trim_scale(c.index_multiple)::text as multiple, c.basis from contribution_rates c
     where c.building_id = ${buildingId}::uuid and c.fund = 'CURRENT' and c.premises_kind = ${kind} and c.valid_from <= ${ctx.today}::date and (c.valid_to is null or c.valid_to >= ${ctx.today}::date)`
  return rows[0] ?? null
}

async function monthlyOf(ctx: Context, areaM2: string, { perM2, indexCode, multiple }: Rate): Promise<{ monthly: bigint; perM2: string }> {
  if (perM2 !== null) return { monthly: priceOf(areaM2, perM2), perM2 }
  const index = await indexOn(ctx, { country: 'KZ', code: indexCode ?? '', on: ctx.today })
  const made = savingsContribution(areaM2, index?.value ?? '0', multiple ?? '0')
  return { monthly: made.amount, perM2: made.perM2 }
}
