import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { assertMayPost } from './policy.ts'
import { refused } from './rules.ts'
import type { HousePosting } from './schema.ts'

/** Posts a transaction of the house itself: its lines sum to zero within every fund. */
export async function postForHouse(ctx: Context, posting: HousePosting): Promise<void> {
  assertMayPost(ctx.actor)
  const { lines } = posting
  await ctx.db.$queryRaw`select app.post_house(${posting.buildingId}::uuid, ${posting.period}, ${posting.transactionId}::uuid,
    ${posting.kind}, ${posting.valueDate}::date, ${posting.sourceType}, ${posting.sourceId}, null::uuid,
    ${lines.map(line => line.ledger)}::text[], ${lines.map(line => line.fund)}::text[],
    ${lines.map(line => String(line.amount))}::text[]::bigint[])::text`
    .catch((error: unknown) => { throw refused(sqlState(error)) ?? error })
  await record(ctx, {
    action: 'ledger.postForHouse', buildingId: posting.buildingId, subjectType: 'ledgerTransaction',
    subjectId: posting.transactionId, ground: `${posting.sourceType} ${posting.sourceId}`, after: { kind: posting.kind, lines },
  })
}
