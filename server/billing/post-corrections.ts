import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { assertMayPostCorrection, assertMayRun } from './policy.ts'
import { postDraft } from './reissue/posting.ts'
import { recountBills, standingBills, waitingDrafts } from './reissue/queries.ts'
import type { HouseMonth } from './schema.ts'
import { holdReadings, housesToRun } from './runs/queries.ts'

/** All drafts of others for a house and month, together or none: the second person, as for one. `waiting`: one's own, for another person. */
export async function postCorrections(ctx: Context, key: HouseMonth): Promise<{ posted: number; waiting: number; was: bigint; becomes: bigint }> {
  const [asked] = await housesToRun(ctx, [key.buildingId], key.period)
  assertMayRun(ctx.actor, asked)
  await holdReadings(ctx, [key.buildingId])
  const [house = asked] = await housesToRun(ctx, [key.buildingId], key.period)
  const all = await waitingDrafts(ctx, key)
  if (all.length === 0) throw conflict('billing.correctionDecided')
  // Nothing but one's own is refused as one alone is.
  const others = all.filter(each => !each.mine)
  const drafts = (others.length > 0 ? others : all).map(assertMayPostCorrection)
  const bills = new Map((await standingBills(ctx, key)).map(each => [each.accountId, each]))
  const counted = await recountBills(ctx, house, [...bills.values()])
  const done = { posted: 0, waiting: all.length - drafts.length, was: 0n, becomes: 0n }
  for (const draft of drafts) {
    const { was, total, entry } = await postDraft(ctx, draft, { bill: bills.get(draft.accountId), made: counted.get(draft.accountId) })
    await record(ctx, entry)
    done.posted += 1
    done.was += was
    done.becomes += total
  }
  return done
}
