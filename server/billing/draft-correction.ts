import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import type { Currency } from '#server/kernel/money.ts'
import { assertOpenMonth, fundSums, recountBill, standingBill, type StandingBill } from './reissue/queries.ts'
import { correctedNumber, type Recounted } from './reissue/rules.ts'
import type { DraftCorrectionInput } from './reissue/schema.ts'
import { assertMayRun } from './policy.ts'
import { housesToRun, type HouseToRun } from './runs/queries.ts'

type Drafted = { correctionId: string; was: bigint; becomes: bigint }
/** What was read and counted already, where many bills of a house are drafted at once. */
type Counted = { readonly house: HouseToRun; readonly bill: StandingBill; readonly made: Recounted }

/** What a posted bill would be by the facts as they are known now, written down for another person to post. The bill itself stays. */
export async function draftCorrection(ctx: Context, input: DraftCorrectionInput, counted?: Counted): Promise<Drafted> {
  const { correctionId, number, period, ground } = input
  const bill = counted?.bill ?? await standingBill(ctx, number, period)
  if (!bill) throw notFound('billing.billNotFound')
  const [house] = counted ? [counted.house] : await housesToRun(ctx, [bill.buildingId], period)
  assertMayRun(ctx.actor, house)
  const known = counted ? null : await draftedSo(ctx, bill.buildingId, input)
  if (known !== null) return known
  await assertOpenMonth(ctx, bill.buildingId, period)
  const made = counted?.made ?? await recountBill(ctx, house, bill)
  return writeDraft(ctx, { correctionId, ground, currency: jurisdictionOf(house.country).currency }, { bill, made })
}

type Draft = { readonly correctionId: string; readonly ground: string; readonly currency: Currency }

/** The new bill, written down beside the old one for another person to post. */
async function writeDraft(ctx: Context, { correctionId, ground, currency }: Draft, { bill, made }: { bill: StandingBill; made: Recounted }): Promise<Drafted> {
  const { period } = bill
  const [was, funds] = [fundSums(bill), fundSums(made)]
  const total = Object.values(funds).reduce((sum, amount) => sum + BigInt(amount), 0n)
  const vat = made.lines.reduce((sum, line) => sum + BigInt(line.vat), 0n)
  const version = bill.version + 1
  // Nobody was told of a larger sum before.
  const lateAfter = total > bill.total && ctx.today > bill.lateAfter ? ctx.today : bill.lateAfter
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
