import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { formatDate } from '#server/kernel/format.ts'
import { compareDecimal, multiplyDecimal, parseDecimal, type Decimal } from '#server/kernel/quantity.ts'
import { countedTo, findPenalty, type PenaltyRow } from './penalties/desk.ts'
import type { DraftPenaltyInput } from './penalties/schema.ts'
import { assertMayDraftPenalty } from './policy.ts'
import { actOf } from './tariffs/acts.ts'

/** What a day of delay costs, as the act says it. Nothing is counted by it until another person publishes it. */
export async function draftPenalty(ctx: Context, input: DraftPenaltyInput): Promise<{ ruleId: string }> {
  const { ruleId, country, fund, payerKind, formula, source, from, to } = input
  const [reach] = await ctx.db.$queryRaw<{ may: boolean }[]>`select auth.may_tariff('tariff.draft', ${country}, '') as may`
  assertMayDraftPenalty(reach?.may ?? false)
  if (to !== null && to < from) throw invalid('tariffs.datesCrossed')
  const figures = judgeFigures(input)
  const known = await findPenalty(ctx, ruleId)
  // The same once more changes nothing; another under its id is refused.
  if (known) return sameOr(known, input)
  const counted = await countedTo(ctx, input)
  if (counted !== null && from <= counted) throw conflict('penalties.counted', { date: formatDate(counted) })
  const actId = await actOf(ctx, { ...input, id: ruleId, what: 'rule of penalties' })
  await ctx.db.$executeRaw`insert into penalty_rules (rule_id, country, fund, payer_kind, formula, daily_rate, index_code, factor, cap, enabled, act_id, source, valid_from, valid_to)
    values (${ruleId}, ${country}, ${fund}, ${payerKind}, ${formula}, ${figures.dailyRate}::numeric, ${formula === 'YEARLY' ? 'REFINANCING_RATE' : null}, ${figures.factor}::numeric, ${figures.cap}::numeric, true, ${actId}, ${source},
      ${from}::date, ${to}::date)`.catch((error: unknown) => { throw sqlState(error) === uniqueViolation ? conflict('tariffs.draftedAlready') : error })
  await record(ctx, { action: 'billing.draftPenalty', buildingId: null, subjectType: 'penaltyRule', subjectId: ruleId, ground: actId ?? source, after: { country, fund, payerKind, formula, ...figures, from, to } })
  return { ruleId }
}

function sameOr(known: PenaltyRow, input: DraftPenaltyInput): { ruleId: string } {
  const words = ({ country, fund, payerKind, formula, from, to, source }: PenaltyRow | DraftPenaltyInput) => JSON.stringify([country, fund, payerKind, formula, from, to, source])
  if (words(known) !== words(input)) throw conflict('tariffs.draftedAlready')
  return { ruleId: input.ruleId }
}

function judgeFigures({ formula, dailyPercent, factor, capPercent }: DraftPenaltyInput): { dailyRate: Decimal | null; factor: Decimal | null; cap: Decimal } {
  const cap = figure(capPercent, { most: '100', places: 2 })
  if (formula === 'YEARLY') return { dailyRate: null, factor: figure(factor, { most: '100', places: 3 }), cap: multiplyDecimal(cap, '0.01') }
  return { dailyRate: multiplyDecimal(figure(dailyPercent, { most: '99', places: 4 }), '0.01'), factor: null, cap: multiplyDecimal(cap, '0.01') }
}

function figure(text: string | null, { most, places }: { most: string; places: number }): Decimal {
  const read = text === null ? null : parseDecimal(text)
  if (read === null || compareDecimal(read, '0') <= 0 || compareDecimal(read, most) > 0 || (read.split('.')[1] ?? '').length > places) throw invalid('penalties.figureUnreadable')
  return read
}
