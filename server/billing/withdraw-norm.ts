import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { invalid } from '#server/kernel/errors.ts'
import { addDays } from '#server/kernel/period.ts'
import { findNorm, type ConsumptionNorm } from './norms/queries.ts'
import type { WithdrawNormInput } from './norms/schema.ts'
import { assertMayConfirmWithdrawal, assertMayWithdraw, refusedWithdrawal } from './policy.ts'

/** A norm published by mistake goes while its month has not begun, and the one before it goes on again: one person says why, another withdraws it. */
export async function withdrawNorm(ctx: Context, { normId, reason }: WithdrawNormInput): Promise<{ normId: string; withdrawn: boolean }> {
  const norm = assertMayWithdraw('norms', await findNorm(ctx, normId), ctx.today)
  // The same once more changes nothing.
  if (norm.withdrawnMine) return { normId, withdrawn: true }
  if (norm.withdrawalMine && reason === norm.withdrawalReason) return { normId, withdrawn: false }
  const withdrawn = norm.withdrawalReason !== null
  await (withdrawn ? confirm(ctx, norm, reason) : ask(ctx, normId, reason)).catch((error: unknown) => { throw refusedWithdrawal('norms', sqlState(error), withdrawn) ?? error })
  await record(ctx, { action: 'billing.withdrawNorm', buildingId: null, subjectType: 'consumptionNorm', subjectId: normId, ground: norm.withdrawalReason ?? reason ?? '',
    before: { country: norm.country, territoryPrefix: norm.territoryPrefix, service: norm.service, perPerson: norm.perPerson, from: norm.from, to: norm.to }, after: { withdrawn } })
  return { normId, withdrawn }
}

async function ask(ctx: Context, normId: string, reason: string | null): Promise<void> {
  if (reason === null) throw invalid('services.reasonNeeded')
  await ctx.db.$executeRaw`update consumption_norms set withdrawal_by = ${ctx.actor.personId}::uuid, withdrawal_reason = ${reason} where norm_id = ${normId}::uuid`
}

async function confirm(ctx: Context, norm: ConsumptionNorm, reason: string | null): Promise<void> {
  assertMayConfirmWithdrawal('norms', norm, reason)
  await ctx.db.$executeRaw`update consumption_norms set withdrawn_by = ${ctx.actor.personId}::uuid, withdrawn_at = app.now() where norm_id = ${norm.id}::uuid`
  await ctx.db.$executeRaw`update consumption_norms n set valid_to = app.norm_ends(n) where n.country = ${norm.country} and n.territory_prefix = ${norm.territoryPrefix} and n.service = ${norm.service} and not n.demonstration
    and n.published_at is not null and n.withdrawn_at is null and n.valid_to = ${addDays(norm.from, -1)}::date and n.valid_to is distinct from app.norm_ends(n)`
}
