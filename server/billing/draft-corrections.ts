import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { assertMayRun } from './policy.ts'
import { writeDraft } from './reissue/drafting.ts'
import { assertOpenMonth, recountBills, standingBills, waitingDrafts } from './reissue/queries.ts'
import type { DraftCorrectionsInput } from './reissue/schema.ts'
import { housesToRun } from './runs/queries.ts'

/** Every bill of a house and month that comes out otherwise by the facts of today: after an act of interruption, or a tariff that was wrong. */
export async function draftCorrections(ctx: Context, { buildingId, period, ground }: DraftCorrectionsInput): Promise<{ drafted: number; was: bigint; becomes: bigint }> {
  const [house] = await housesToRun(ctx, [buildingId], period)
  assertMayRun(ctx.actor, house)
  await assertOpenMonth(ctx, buildingId, period)
  const waiting = new Set((await waitingDrafts(ctx, { buildingId, period })).map(each => each.accountId))
  const bills = (await standingBills(ctx, { buildingId, period })).filter(each => !waiting.has(each.accountId))
  const counted = await recountBills(ctx, house, bills)
  const done = { drafted: 0, was: 0n, becomes: 0n }
  for (const bill of bills) {
    const made = counted.get(bill.accountId)
    if (!made || made.services.length === 0) continue
    const { drafted: { was, becomes }, entry } = await writeDraft(ctx, { correctionId: newId(), ground, country: house.country }, { bill, made })
    await record(ctx, entry)
    done.drafted += 1
    done.was += was
    done.becomes += becomes
  }
  if (done.drafted === 0) throw conflict('billing.nothingToCorrect')
  return done
}
