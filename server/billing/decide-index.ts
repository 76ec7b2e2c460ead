import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, forbidden, invalid } from '#server/kernel/errors.ts'
import { findIndexDraft } from './indexes/desk.ts'
import type { DecideIndexInput } from './indexes/schema.ts'
import { assertMayDeclineRule, assertMayPublishRule } from './policy.ts'

/** The second person publishes, and from its day bills count by it; or sends back. What is published stays: another figure comes from another day. */
export async function decideIndex(ctx: Context, { indexId, decision, reason }: DecideIndexInput): Promise<{ indexId: string }> {
  const found = await findIndexDraft(ctx, indexId)
  const publish = decision === 'PUBLISH'
  const draft = publish ? assertMayPublishRule('indexes', found) : assertMayDeclineRule('indexes', found)
  if (!publish && reason === null) throw invalid('services.reasonNeeded')
  await ctx.db.$executeRaw`update index_drafts set accepted = ${publish}, reason = ${publish ? null : reason} where index_id = ${indexId}::uuid`.catch((error: unknown) => { throw refusal(error) })
  if (publish) {
    await ctx.db.$executeRaw`insert into index_values (country, code, valid_from, value, act_id, source, verified)
      select d.country, d.code, d.valid_from, d.value, d.act_id, d.source, false from index_drafts d where d.index_id = ${indexId}::uuid`.catch((error: unknown) => { throw refusal(error) })
  }
  await record(ctx, { action: 'billing.decideIndex', buildingId: null, subjectType: 'indexDraft', subjectId: indexId, ground: reason ?? draft.actId ?? draft.source,
    before: { value: draft.before }, after: { decision, country: draft.country, code: draft.code, from: draft.from, value: draft.value } })
  return { indexId }
}

function refusal(error: unknown): unknown {
  const state = sqlState(error)
  if (state === uniqueViolation) return conflict('indexes.known')
  if (state === 'UY060') return forbidden('indexes.fourEyes')
  return state === 'UY001' ? conflict('indexes.notADraft') : error
}
