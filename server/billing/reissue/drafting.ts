import 'server-only'
import type { AuditEntry } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { jurisdictionOf, type Country } from '#server/kernel/jurisdiction.ts'
import { fundSums, type StandingBill } from './queries.ts'
import { correctedNumber, type Recounted } from './rules.ts'

export type Drafted = { correctionId: string; was: bigint; becomes: bigint }
type WrittenDraft = { readonly drafted: Drafted; readonly entry: AuditEntry }
type Draft = { readonly correctionId: string; readonly ground: string; readonly country: Country }

/** The new bill, written down beside the old one for another person to post, and what the audit is to say of it. */
export async function writeDraft(ctx: Context, { correctionId, ground, country }: Draft, { bill, made }: { bill: StandingBill; made: Recounted }): Promise<WrittenDraft> {
  const { period } = bill
  const { currency } = jurisdictionOf(country)
  const [was, funds] = [fundSums(bill), fundSums(made)]
  const total = Object.values(funds).reduce((sum, amount) => sum + BigInt(amount), 0n)
  const vat = made.lines.reduce((sum, line) => sum + BigInt(line.vat), 0n)
  const version = bill.version + 1
  // Nobody was told of a larger sum before.
  const lateAfter = total > bill.total && ctx.today > bill.lateAfter ? ctx.today : bill.lateAfter
  const billNumber = correctedNumber(bill.number, version)
  const [lines, prices] = [JSON.stringify(made.lines), JSON.stringify(made.prices)]
  await ctx.db.$executeRaw`insert into bill_corrections (building_id, correction_id, account_id, premises_id, period, version, replaces_transaction_id, reversal_id, bill_number, due_on, late_after, currency, total, vat,
      opening_balance, lines, prices, hash, funds, was, services, ground, drafted_by)
    values (${bill.buildingId}::uuid, ${correctionId}::uuid, ${bill.accountId}::uuid, ${bill.premisesId}::uuid, ${period}, ${version}::smallint, ${bill.transactionId}::uuid, ${newId()}::uuid, ${billNumber},
      ${bill.dueOn}::date, ${lateAfter}::date, ${currency}, ${total}::bigint, ${vat}::bigint, ${bill.openingBalance}::bigint, ${lines}::json, ${prices}::jsonb,
      sha256(convert_to(concat_ws('|', ${bill.buildingId}::text, ${bill.accountId}::text, ${period}::text, ${billNumber}::text, ${bill.dueOn}::text, ${currency}::text, ${bill.openingBalance}::bigint, ${total}::bigint, ${vat}::bigint, ${lines}::text), 'UTF8')
        || sha256(convert_to(${prices}::jsonb::text, 'UTF8'))),
      ${JSON.stringify(funds)}::jsonb, ${JSON.stringify(was)}::jsonb, ${[...made.services]}::text[], ${ground}, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => { throw sqlState(error) === uniqueViolation ? conflict('billing.correctionWaits') : error })
  const entry: AuditEntry = { action: 'billing.draftCorrection', buildingId: bill.buildingId, premisesId: bill.premisesId, subjectType: 'bill', subjectId: bill.number, ground,
    before: { total: bill.total }, after: { correctionId, total, services: made.services } }
  return { drafted: { correctionId, was: bill.total, becomes: total }, entry }
}
