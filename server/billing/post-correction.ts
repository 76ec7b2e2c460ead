import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { assertMayPostCorrection, assertMayRun } from './policy.ts'
import { postDraft } from './reissue/posting.ts'
import { findCorrection, recountBills, standingBill } from './reissue/queries.ts'
import type { PostCorrectionInput } from './reissue/schema.ts'
import { holdReadings, housesToRun } from './runs/queries.ts'

/**
 * The second person: what the bill charged is taken back by its exact opposite, and the new bill is posted beside it. What has
 * changed since the draft stops it. In Uzbekistan the database asks for an act that came after the bill, or a conclusion.
 */
export async function postCorrection(ctx: Context, input: PostCorrectionInput): Promise<{ correctionId: string; was: bigint; total: bigint }> {
  const draft = assertMayPostCorrection(await findCorrection(ctx, input))
  // No reading comes and no act is withdrawn meanwhile: what is posted has counted what stands.
  await holdReadings(ctx, [draft.buildingId])
  const bill = await standingBill(ctx, draft.accountNumber, draft.period)
  const [house] = await housesToRun(ctx, [draft.buildingId], draft.period)
  assertMayRun(ctx.actor, house)
  const made = bill ? (await recountBills(ctx, house, [bill])).get(bill.accountId) : null
  const { was, total, entry } = await postDraft(ctx, draft, { bill, made, conclusionId: input.conclusionId })
  await record(ctx, entry)
  return { correctionId: draft.correctionId, was, total }
}
