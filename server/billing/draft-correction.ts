import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { assertMayRun } from './policy.ts'
import { writeDraft, type Drafted } from './reissue/drafting.ts'
import { assertOpenMonth, recountBill, standingBill } from './reissue/queries.ts'
import type { DraftCorrectionInput } from './reissue/schema.ts'
import { housesToRun } from './runs/queries.ts'

/** What a posted bill would be by the facts as they are known now, written down for another person to post. The bill itself stays. */
export async function draftCorrection(ctx: Context, input: DraftCorrectionInput): Promise<Drafted> {
  const { correctionId, number, period, ground } = input
  const bill = await standingBill(ctx, number, period)
  if (!bill) throw notFound('billing.billNotFound')
  const [house] = await housesToRun(ctx, [bill.buildingId], period)
  assertMayRun(ctx.actor, house)
  // The same act sent twice at once: the second waits for the first and answers as it did.
  await ctx.db.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${`correction:${correctionId}`}, 0))::text`
  const known = await draftedSo(ctx, bill.buildingId, input)
  if (known !== null) return known
  await assertOpenMonth(ctx, bill.buildingId, period)
  const { drafted, entry } = await writeDraft(ctx, { correctionId, ground, country: house.country }, { bill, made: await recountBill(ctx, house, bill) })
  await record(ctx, entry)
  return drafted
}

/** The draft that this very act made already; other content under its id is refused. */
async function draftedSo(ctx: Context, buildingId: string, { correctionId, number, period, ground }: DraftCorrectionInput): Promise<Drafted | null> {
  const rows = await ctx.db.$queryRaw<{ same: boolean; was: bigint; becomes: bigint }[]>`select (a.number, k.period, k.ground) = (${number}::char(10), ${period}::char(7), ${ground}) as same, k.total as becomes,
      (select coalesce(sum(f.value::bigint), 0)::bigint from jsonb_each_text(k.was) f) as was
    from bill_corrections k join accounts a on a.building_id = k.building_id and a.account_id = k.account_id where k.building_id = ${buildingId}::uuid and k.correction_id = ${correctionId}::uuid`
  const [row] = rows
  if (!row) return null
  if (!row.same) throw conflict('billing.correctionWaits')
  return { correctionId, was: row.was, becomes: row.becomes }
}
