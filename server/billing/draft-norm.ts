import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { compareDecimal, parseDecimal, type Decimal } from '#server/kernel/quantity.ts'
import { unitOf } from './difference/rules.ts'
import { findNorm, type ConsumptionNorm } from './norms/queries.ts'
import type { DraftNormInput } from './norms/schema.ts'
import { assertMayDraft } from './policy.ts'
import { actOf } from './tariffs/acts.ts'

/** What a person uses in a month, as the act says it. Nothing is charged by it until another person publishes it. */
export async function draftNorm(ctx: Context, input: DraftNormInput): Promise<{ normId: string }> {
  const { normId, country, territoryPrefix, service, source, from, to } = input
  const [reach] = await ctx.db.$queryRaw<{ may: boolean }[]>`select auth.may_tariff('tariff.draft', ${country}, ${territoryPrefix}) as may`
  assertMayDraft(reach?.may ?? false)
  if (to !== null && to < from) throw invalid('tariffs.datesCrossed')
  const perPerson = figure(input.perPerson)
  const known = await findNorm(ctx, normId)
  // The same once more changes nothing; another under its id is refused.
  if (known && isSame(known, { ...input, perPerson })) return { normId }
  const actId = await actOf(ctx, { ...input, id: normId, what: 'norm of consumption' })
  await ctx.db.$executeRaw`insert into consumption_norms (norm_id, country, territory_prefix, service, per_person, unit, act_id, source, valid_from, valid_to, drafted_by, drafted_at)
    values (${normId}::uuid, ${country}, ${territoryPrefix}, ${service}, ${perPerson}::numeric, ${unitOf(service, 'VOLUME')}, ${actId}, ${source}, ${from}::date, ${to}::date, ${ctx.actor.personId}::uuid, app.now())`
    .catch((error: unknown) => { throw sqlState(error) === uniqueViolation ? conflict('tariffs.draftedAlready') : error })
  await record(ctx, { action: 'billing.draftNorm', buildingId: null, subjectType: 'consumptionNorm', subjectId: normId, ground: actId ?? source, after: { country, territoryPrefix, service, perPerson, from, to } })
  return { normId }
}

function isSame(known: ConsumptionNorm, input: DraftNormInput): boolean {
  const words = ({ country, territoryPrefix, service, perPerson, source, from, to }: ConsumptionNorm | DraftNormInput) => JSON.stringify([country, territoryPrefix, service, perPerson, source, from, to])
  return words(known) === words(input)
}

function figure(text: string): Decimal {
  const read = parseDecimal(text)
  if (read === null || compareDecimal(read, '0') <= 0 || compareDecimal(read, '10000') >= 0 || (read.split('.')[1] ?? '').length > 3) throw invalid('norms.figureUnreadable')
  return read
}
