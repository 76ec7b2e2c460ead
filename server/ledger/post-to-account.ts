import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { assertMayPost } from './policy.ts'
import { refused } from './rules.ts'
import type { AccountPosting } from './schema.ts'
import { sqlState } from '#server/infra/db.ts'

/**
 * Posts one balanced transaction to one resident account and adds a link to its chain; returns the link's number.
 * The same transaction id twice in one period is a conflict.
 */
export async function postToAccount(ctx: Context, posting: AccountPosting): Promise<bigint> {
  assertMayPost(ctx.actor)
  const { lines } = posting
  const rows = await ctx.db.$queryRaw<{ seq: bigint }[]>`select app.post_account(${posting.buildingId}::uuid,
    ${posting.accountId}::uuid, ${posting.premisesId}::uuid, ${posting.period}, ${posting.transactionId}::uuid, ${posting.kind},
    ${posting.valueDate}::date, ${posting.sourceType}, ${posting.sourceId}, null::uuid,
    ${lines.map(line => line.fund)}::text[], ${lines.map(line => String(line.amount))}::text[]::bigint[],
    ${lines.map(line => line.contra)}::text[]) as seq`.catch((error: unknown) => { throw refused(sqlState(error)) ?? error })
  await record(ctx, {
    action: 'ledger.postToAccount', buildingId: posting.buildingId, premisesId: posting.premisesId,
    subjectType: 'ledgerTransaction', subjectId: posting.transactionId, ground: `${posting.sourceType} ${posting.sourceId}`,
    after: { accountId: posting.accountId, kind: posting.kind, lines },
  })
  const seq = rows[0]?.seq
  if (seq === undefined) throw new Error('app.post_account answered nothing')
  return seq
}
