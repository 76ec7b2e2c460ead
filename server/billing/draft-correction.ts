import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import { fundSums, recountBill, standingBill } from './reissue/queries.ts'
import { correctedNumber } from './reissue/rules.ts'
import type { DraftCorrectionInput } from './reissue/schema.ts'
import { assertMayRun } from './policy.ts'
import { housesToRun } from './runs/queries.ts'

type Drafted = { correctionId: string; was: bigint; becomes: bigint }

/** What a posted bill would be by the facts as they are known now, written down for another person to post. The bill itself stays. */
export async function draftCorrection(ctx: Context, { correctionId, number, period, ground }: DraftCorrectionInput): Promise<Drafted> {
  const bill = await standingBill(ctx, number, period)
  if (!bill) throw notFound('billing.billNotFound')
  const [house] = await housesToRun(ctx, [bill.buildingId], period)
  assertMayRun(ctx.actor, house)
  const known = await draftedSo(ctx, bill.buildingId, { correctionId, number, period, ground })
  if (known !== null) return known
  const [closed] = await ctx.db.$queryRaw<{ closed: boolean }[]>`select exists (select from month_closings m where m.building_id = ${bill.buildingId}::uuid and m.period >= ${period}::char(7)) as closed`
  if (closed?.closed) throw conflict('month.closed', { period })
  const made = await recountBill(ctx, house, bill)
  const [was, funds] = [fundSums(bill), fundSums(made)]
  const total = Object.values(funds).reduce((sum, amount) => sum + BigInt(amount), 0n)
  const vat = made.lines.reduce((sum, line) => sum + BigInt(line.vat), 0n)
  const version = bill.version + 1
  // Nobody was told of a larger sum before.
  const lateAfter = total > bill.total && ctx.today > bill.lateAfter ? ctx.today : bill.lateAfter
  const currency = jurisdictionOf(house.country).currency
  const billNumber = correctedNumber(bill.number, version)
  const [lines, prices] = [JSON.stringify(made.lines), JSON.stringify(made.prices)]
  await ctx.db.$executeRaw`insert into bill_corrections (building_id, correction_id, account_id, premises_id, period, version, replaces_transaction_id, reversal_id, bill_number, due_on, late_after, currency, total, vat,
      opening_balance, lines, prices, hash, funds, was, services, ground)
    values (${bill.buildingId}::uuid, ${correctionId}::uuid, ${bill.accountId}::uuid, ${bill.premisesId}::uuid, ${period}, ${version}::smallint, ${bill.transactionId}::uuid, ${newId()}::uuid, ${billNumber},
      ${bill.dueOn}::date, ${lateAfter}::date, ${currency}, ${total}::bigint, ${vat}::bigint, ${bill.openingBalance}::bigint, ${lines}::json, ${prices}::jsonb,
      sha256(convert_to(concat_ws('|', ${bill.buildingId}::text, ${bill.accountId}::text, ${period}::text, ${billNumber}::text, ${bill.dueOn}::text, ${currency}::text, ${bill.openingBalance}::bigint, ${total}::bigint, ${vat}::bigint, ${lines}::text), 'UTF8')
        || sha256(convert_to(${prices}::jsonb::text, 'UTF8'))),
      ${JSON.stringify(funds)}::jsonb, ${JSON.stringify(was)}::jsonb, ${[...made.services]}::text[], ${ground})`
    .catch((error: unknown) => { throw sqlState(error) === uniqueViolation ? conflict('billing.correctionWaits') : error })
  await record(ctx, { action: 'billing.draftCorrection', buildingId: bill.buildingId, premisesId: bill.premisesId, subjectType: 'bill', subjectId: bill.number, ground,
    before: { total: bill.total }, after: { correctionId, total, services: made.services } })
  return { correctionId, was: bill.total, becomes: total }
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
