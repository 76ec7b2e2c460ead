import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Issued } from '#server/documents/issue-document.ts'
import type { Context } from '#server/infra/context.ts'
import { paperOf } from './paper/issued.ts'
import { holdPapers } from './paper/queries.ts'
import { assertMayRead } from './policy.ts'
import { billPage } from './queries.ts'
import type { IssueBillInput } from './schema.ts'

/** The bill as a paper with its check code, in one language, to whoever may read it; asked again, the same bytes. */
export async function issueBill(ctx: Context, input: IssueBillInput): Promise<Issued & { number: string }> {
  await holdPapers(ctx, (await billPage(ctx, input)).bill, 'SHARED')
  const { issued, facts: { bill } } = await paperOf(ctx, input)
  assertMayRead(ctx.actor, bill)
  await record(ctx, { action: 'billing.issueBill', buildingId: bill.buildingId, premisesId: bill.premisesId, subjectType: 'bill', subjectId: bill.number, after: { sha256: issued.sha256, locale: input.locale } })
  return { ...issued, number: bill.number }
}
