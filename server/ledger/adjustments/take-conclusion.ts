import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict } from '#server/kernel/errors.ts'
import type { Period } from '#server/kernel/period.ts'
import { refused } from '#server/ledger/rules.ts'
import type { Fund } from '#server/ledger/schema.ts'

type Use = { buildingId: string; conclusionId: string; accountId: string; premisesId: string; fund: Fund; amount: bigint; period: Period; transactionId: string }

/** A person takes a conclusion, once, for what the machine posts next; the database judges whether it covers that. Amount in tiyin or tiyn. */
export async function takeConclusion(ctx: Context, { buildingId, conclusionId, accountId, premisesId, fund, amount, period, transactionId }: Use): Promise<void> {
  await ctx.db.$executeRaw`insert into conclusion_uses (building_id, conclusion_id, account_id, premises_id, fund, amount, period, transaction_id, used_by)
    values (${buildingId}::uuid, ${conclusionId}::uuid, ${accountId}::uuid, ${premisesId}::uuid, ${fund}, ${amount}, ${period}, ${transactionId}::uuid, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => {
      const state = sqlState(error)
      throw state === uniqueViolation ? conflict('ledger.conclusionUsed') : refused(state) ?? error
    })
}
