import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { isService } from '#server/kernel/actor.ts'
import { conflict, type DomainError } from '#server/kernel/errors.ts'
import { assertMayRun } from './policy.ts'
import { assertMonth } from './preview/queries.ts'
import { monthClosed, postHouses, type Outcome } from './runs/posting.ts'
import { holdReadings, housesToRun } from './runs/queries.ts'
import type { RunBillingInput } from './schema.ts'

export type RunResult = Extract<Outcome, { state: 'POSTED' }>

/**
 * Makes and posts the bills of one house for one month, all or nothing. A service without a price is left out with a
 * finding, and then the accountant must have accepted that. A second run, also a parallel one, is a conflict.
 */
export async function runBilling(ctx: Context, input: RunBillingInput): Promise<RunResult> {
  assertMonth(input.period, ctx.today)
  const [asked] = await housesToRun(ctx, [input.buildingId], input.period)
  assertMayRun(ctx.actor, asked)
  await holdReadings(ctx, [input.buildingId])
  const [house = asked] = await housesToRun(ctx, [input.buildingId], input.period)
  const batch = { houses: [house], period: input.period, acceptFindings: input.acceptFindings, personId: ctx.actor.personId }
  const [done] = await post(ctx, batch).catch((error: unknown) => { throw refusal(error, input.period) ?? error })
  if (done?.state !== 'POSTED') throw conflict(done?.reason ?? 'billing.alreadyBilled', { period: input.period, count: done?.findings.length ?? 0 })
  if (input.expectedHash !== undefined && input.expectedHash !== done.billsHash) throw conflict('billing.changedSincePreview')
  await record(ctx, {
    action: 'billing.runBilling', buildingId: input.buildingId, subjectType: 'billingRun', subjectId: done.runId, ground: input.period,
    after: { accounts: done.accounts, total: done.total, billsHash: done.billsHash, findings: done.findings },
  })
  return done
}

/** The seed posts as itself: months of a demonstration bear their own days (app.post_bills). */
function post(ctx: Context, batch: Parameters<typeof postHouses>[1]): Promise<Outcome[]> {
  return isService(ctx.actor, 'seed') ? postHouses(ctx, batch) : asService(ctx, 'billing', inner => postHouses(inner, batch))
}

function refusal(error: unknown, period: string): DomainError | null {
  const state = sqlState(error)
  if (state === monthClosed) return conflict('month.closed', { period })
  return state === uniqueViolation ? conflict('billing.alreadyBilled', { period }) : null
}
