import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { invalid } from '#server/kernel/errors.ts'
import { findIndexDraft, type IndexDraft } from './indexes/desk.ts'
import type { WithdrawIndexInput } from './indexes/schema.ts'
import { assertMayConfirmWithdrawal, assertMayWithdraw, refusedWithdrawal } from './policy.ts'

/** A figure published by mistake goes while its month has not begun, so that no bill has counted by it: one person says why, another withdraws it. */
export async function withdrawIndex(ctx: Context, { indexId, reason }: WithdrawIndexInput): Promise<{ indexId: string; withdrawn: boolean }> {
  const draft = assertMayWithdraw('indexes', await findIndexDraft(ctx, indexId), ctx.today)
  // The same once more changes nothing.
  if (draft.withdrawnMine) return { indexId, withdrawn: true }
  if (draft.withdrawalMine && reason === draft.withdrawalReason) return { indexId, withdrawn: false }
  const withdrawn = draft.withdrawalReason !== null
  await (withdrawn ? confirm(ctx, draft, reason) : ask(ctx, indexId, reason)).catch((error: unknown) => { throw refusedWithdrawal('indexes', sqlState(error), withdrawn) ?? error })
  await record(ctx, { action: 'billing.withdrawIndex', buildingId: null, subjectType: 'indexDraft', subjectId: indexId, ground: draft.withdrawalReason ?? reason ?? '',
    before: { country: draft.country, code: draft.code, from: draft.from, value: draft.value }, after: { withdrawn } })
  return { indexId, withdrawn }
}

async function ask(ctx: Context, indexId: string, reason: string | null): Promise<void> {
  if (reason === null) throw invalid('services.reasonNeeded')
  await ctx.db.$executeRaw`update index_drafts set withdrawal_by = ${ctx.actor.personId}::uuid, withdrawal_reason = ${reason} where index_id = ${indexId}::uuid`
}

async function confirm(ctx: Context, draft: IndexDraft, reason: string | null): Promise<void> {
  assertMayConfirmWithdrawal('indexes', draft, reason)
  await ctx.db.$executeRaw`update index_drafts set withdrawn_by = ${ctx.actor.personId}::uuid, withdrawn_at = app.now() where index_id = ${draft.indexId}::uuid`
  await ctx.db.$executeRaw`delete from index_values i where i.country = ${draft.country} and i.code = ${draft.code} and i.valid_from = ${draft.from}::date`
}
