import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, type DomainError } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import { assertMayRun } from './policy.ts'
import { assertMonth } from './preview/queries.ts'
import { sampleLines } from './queries.ts'
import { allExact, dueDate, withFinding } from './rules.ts'
import { postBills, runFactsOf, type Posted, type RunFacts } from './runs/queries.ts'
import { planPrices, type Planned } from './tariffs/rules.ts'
import type { Charge, Finding, RunBillingInput } from './schema.ts'

export type RunResult = { runId: string; accounts: number; lineCount: number; total: bigint; billsHash: string; dueOn: string; findings: readonly Finding[] }

/**
 * Makes and posts the bills of one house for one month, all or nothing. A service without a price is left out with a
 * finding, and then the accountant must have accepted that. A second run, also a parallel one, is a conflict.
 */
export async function runBilling(ctx: Context, input: RunBillingInput): Promise<RunResult> {
  assertMonth(input.period, ctx.today)
  const house = await runFactsOf(ctx, input)
  assertMayRun(ctx.actor, input.buildingId, house)
  if (house.billed) throw conflict('billing.alreadyBilled', { period: input.period })
  if (house.dueDay === null) throw conflict('billing.noDueDay')
  const runId = newId()
  const personId = ctx.actor.personId
  const done = await asService(ctx, 'billing', inner => post(inner, { ...input, house, runId, personId, dueDay: house.dueDay ?? 0 }))
    .catch((error: unknown) => { throw refusal(error, input.period) ?? error })
  await record(ctx, {
    action: 'billing.runBilling', buildingId: input.buildingId, subjectType: 'billingRun', subjectId: runId, ground: input.period,
    after: { accounts: done.accounts, total: done.total, billsHash: done.billsHash, findings: done.findings },
  })
  return done
}

type Work = RunBillingInput & { house: RunFacts; runId: string; personId: string | null; dueDay: number }

async function post(ctx: Context, work: Work): Promise<RunResult> {
  const dueOn = dueDate(work.period, work.dueDay)
  let planned = planPrices(work.house.facts)
  let posted: Posted
  for (;;) {
    if (planned.findings.length > 0 && !work.acceptFindings) throw conflict('billing.findingsNotAccepted', { count: planned.findings.length })
    posted = await postPlanned(ctx, work, { planned, dueOn })
    if (posted.problem === null) break
    planned = planPrices(work.house.facts, withFinding(planned.findings, posted.problem as Charge, work.period))
  }
  if (work.expectedHash !== undefined && work.expectedHash !== posted.billsHash) throw conflict('billing.changedSincePreview')
  const sample = await sampleLines(ctx, work)
  if (!sample.every(lines => allExact(lines, planned.plan))) throw new Error(`bills of ${work.buildingId} for ${work.period} do not recompute`)
  return { ...posted, runId: work.runId, dueOn, findings: planned.findings }
}

function postPlanned(ctx: Context, work: Work, { planned, dueOn }: { planned: Planned; dueOn: string }): Promise<Posted> {
  return postBills(ctx, {
    buildingId: work.buildingId, period: work.period, prices: JSON.stringify(planned.plan), dueOn, currency: jurisdictionOf(work.house.country).currency,
    runId: work.runId, eventId: newId(), findings: JSON.stringify(planned.findings), personId: work.personId,
  })
}

function refusal(error: unknown, period: string): DomainError | null {
  return sqlState(error) === uniqueViolation ? conflict('billing.alreadyBilled', { period }) : null
}
