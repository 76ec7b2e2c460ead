import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { grantOnBuilding } from '#server/kernel/actor.ts'
import { periodOf } from '#server/kernel/period.ts'
import { accountPlace } from '#server/ledger/adjustments/queries.ts'
import type { PostOpeningInput } from '#server/ledger/adjustments/schema.ts'
import { assertMayRequest } from '#server/ledger/policy.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'

/** The balance an account brings from the keeper before us: once, and only while the migration window of its house is open. */
export async function postOpening(ctx: Context, input: PostOpeningInput): Promise<{ seq: bigint }> {
  const { buildingId, accountId, premisesId } = assertMayRequest(await accountPlace(ctx, input.number))
  const { transactionId } = input
  const lines = input.lines.map(line => ({ ...line, contra: 'OPENING' }))
  const seq = await asService(ctx, 'billing', inner => postToAccount({ ...inner, actor: { ...inner.actor, personId: null } }, {
    buildingId, accountId, premisesId, period: periodOf(ctx.today), transactionId, kind: 'OPENING', valueDate: ctx.today, sourceType: 'migration', sourceId: input.number, lines,
  }))
  await record(ctx, { action: 'ledger.postOpening', buildingId, premisesId, subjectType: 'ledgerTransaction', subjectId: transactionId, grantId: grantOnBuilding(ctx.actor, 'adjustment.request', buildingId)?.id ?? null, after: { accountId, lines: input.lines } })
  return { seq }
}
