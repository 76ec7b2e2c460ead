import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { findCorrection } from './reissue/queries.ts'
import type { DeclineCorrectionInput } from './reissue/schema.ts'
import { assertMayDeclineCorrection } from './policy.ts'

/** A draft sent back, or taken back by who made it; the bill stays as it is. */
export async function declineCorrection(ctx: Context, { buildingId, correctionId, reason }: DeclineCorrectionInput): Promise<{ correctionId: string }> {
  const draft = assertMayDeclineCorrection(await findCorrection(ctx, { buildingId, correctionId }))
  const declined = await ctx.db.$executeRaw`update bill_corrections set declined_at = app.now(), declined_by = ${ctx.actor.personId}::uuid, declined_reason = ${reason}
    where building_id = ${buildingId}::uuid and correction_id = ${correctionId}::uuid and posted_at is null and declined_at is null`
  if (declined !== 1) throw conflict('billing.correctionDecided')
  await record(ctx, { action: 'billing.declineCorrection', buildingId, premisesId: draft.premisesId, subjectType: 'bill', subjectId: draft.billNumber, ground: reason, after: { correctionId } })
  return { correctionId }
}
