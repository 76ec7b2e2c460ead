import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { notFound } from '#server/kernel/errors.ts'
import { assertMayPost } from './policy.ts'
import { entriesOfTransaction, type TransactionEntry } from './queries.ts'
import { contraOf, refused } from './rules.ts'
import type { Reversal } from './schema.ts'

/** Posts the exact opposite of a transaction, once: of one account's part of it, or of a house's own transaction. */
export async function reverseTransaction(ctx: Context, reversal: Reversal): Promise<void> {
  assertMayPost(ctx.actor)
  const entries = await entriesOfTransaction(ctx, reversal)
  if (entries.length === 0) throw notFound('ledger.transactionNotFound')
  await post(ctx, reversal, entries).catch((error: unknown) => { throw refused(sqlState(error)) ?? error })
  await record(ctx, {
    action: 'ledger.reverseTransaction', buildingId: reversal.buildingId, premisesId: entries[0]?.premisesId ?? null,
    subjectType: 'ledgerTransaction', subjectId: reversal.transactionId, ground: `${reversal.sourceType} ${reversal.sourceId}`,
    after: { reverses: reversal.reversedTransactionId, accountId: reversal.accountId },
  })
}

async function post(ctx: Context, reversal: Reversal, entries: readonly TransactionEntry[]): Promise<void> {
  const { buildingId, period, transactionId, valueDate, sourceType, sourceId, reversedTransactionId } = reversal
  if (reversal.accountId === null) {
    await ctx.db.$queryRaw`select app.post_house(${buildingId}::uuid, ${period}, ${transactionId}::uuid, 'REVERSAL',
      ${valueDate}::date, ${sourceType}, ${sourceId}, ${reversedTransactionId}::uuid, ${entries.map(each => each.ledger)}::text[],
      ${entries.map(each => each.fund)}::text[], ${entries.map(each => String(-each.amount))}::text[]::bigint[])::text`
    return
  }
  const own = entries.filter(each => each.accountId !== null)
  const premisesId = own[0]?.premisesId
  if (!premisesId) throw notFound('ledger.transactionNotFound')
  await ctx.db.$queryRaw`select app.post_account(${buildingId}::uuid, ${reversal.accountId}::uuid, ${premisesId}::uuid, ${period},
    ${transactionId}::uuid, 'REVERSAL', ${valueDate}::date, ${sourceType}, ${sourceId}, ${reversedTransactionId}::uuid,
    ${own.map(each => each.fund)}::text[], ${own.map(each => String(-each.amount))}::text[]::bigint[],
    ${own.map(each => contraOf(each, entries))}::text[])`
}
