import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict } from '#server/kernel/errors.ts'
import { addDays } from '#server/kernel/period.ts'
import { assertMayRun } from './policy.ts'
import { housesToRun } from './runs/queries.ts'
import type { DecideContributionInput } from './schema.ts'

const overlap = '23P01'

/** A contribution as the meeting decided it, from a day on; refused where the law allows no such rate or the month is billed. */
export async function decideContribution(ctx: Context, input: DecideContributionInput): Promise<{ rateId: string; ended: number }> {
  const month = input.from.slice(0, 7)
  const [house] = await housesToRun(ctx, [input.buildingId], month)
  assertMayRun(ctx.actor, house)
  const [billed] = await ctx.db.$queryRaw<{ period: string | null }[]>`select max(r.period)::text as period from billing_runs r where r.building_id = ${input.buildingId}::uuid`
  if (billed?.period && billed.period >= month) throw conflict('billing.monthBilled', { period: billed.period })
  const ended = await write(ctx, input).catch((error: unknown) => { throw refusal(error) })
  await record(ctx, {
    action: 'billing.decideContribution', buildingId: input.buildingId, subjectType: 'contributionRate', subjectId: input.rateId, ground: input.basis,
    after: { fund: input.fund, kind: input.kind, perM2: input.perM2, from: input.from },
  })
  return { rateId: input.rateId, ended }
}

async function write(ctx: Context, { buildingId, rateId, fund, kind, perM2, from, basis }: DecideContributionInput): Promise<number> {
  const ended = await ctx.db.$executeRaw`update contribution_rates set valid_to = ${addDays(from, -1)}::date where building_id = ${buildingId}::uuid and fund = ${fund} and premises_kind = ${kind}
    and valid_from < ${from}::date and coalesce(valid_to, 'infinity') >= ${from}::date`
  await ctx.db.$executeRaw`insert into contribution_rates (building_id, rate_id, fund, premises_kind, per_m2, basis, valid_from)
    values (${buildingId}::uuid, ${rateId}::uuid, ${fund}, ${kind}, ${perM2}::numeric, ${basis}, ${from}::date)`
  return ended
}

function refusal(error: unknown): unknown {
  const state = sqlState(error)
  if (state === 'UY011') return conflict('billing.belowMinimum')
  if (state === 'UY012') return conflict('billing.aboveFlats')
  return state === overlap || state === uniqueViolation ? conflict('billing.laterRate') : error
}
