import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { findIndexDraft } from './indexes/desk.ts'
import { isIndexOf, readIndex } from './indexes/rules.ts'
import type { DraftIndexInput } from './indexes/schema.ts'
import { assertMayDraftIndex } from './policy.ts'
import { actOf } from './tariffs/acts.ts'

/** A figure of law from a day on, as its act says it: an index, a rate of VAT, the refinancing rate. Nothing is counted by it until another person publishes it. */
export async function draftIndex(ctx: Context, input: DraftIndexInput): Promise<{ indexId: string }> {
  const { indexId, country, code, from, source } = input
  const [reach] = await ctx.db.$queryRaw<{ may: boolean }[]>`select auth.may_tariff('tariff.draft', ${country}, '') as may`
  assertMayDraftIndex(reach?.may ?? false)
  if (!isIndexOf(country, code)) throw invalid('indexes.otherCountry')
  const value = readIndex(code, input.value)
  if (value === null) throw invalid('indexes.figureUnreadable')
  const known = await findIndexDraft(ctx, indexId)
  // The same once more changes nothing; another under its id is refused.
  if (known) {
    if (JSON.stringify([known.country, known.code, known.from, known.value, known.source]) !== JSON.stringify([country, code, from, value, source])) throw conflict('tariffs.draftedAlready')
    return { indexId }
  }
  const there = await ctx.db.$queryRaw<unknown[]>`select from index_values i where i.country = ${country} and i.code = ${code} and i.valid_from = ${from}::date`
  if (there.length > 0) throw conflict('indexes.known')
  const actId = await actOf(ctx, { ...input, id: indexId, what: 'figure of law' })
  await ctx.db.$executeRaw`insert into index_drafts (index_id, country, code, valid_from, value, act_id, source, drafted_by)
    values (${indexId}::uuid, ${country}, ${code}, ${from}::date, ${value}::numeric, ${actId}, ${source}, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => { throw sqlState(error) === uniqueViolation ? conflict('tariffs.draftedAlready') : error })
  await record(ctx, { action: 'billing.draftIndex', buildingId: null, subjectType: 'indexDraft', subjectId: indexId, ground: actId ?? source, after: { country, code, from, value } })
  return { indexId }
}
