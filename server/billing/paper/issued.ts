import 'server-only'
import { issueDocument, type Issued } from '#server/documents/issue-document.ts'
import { renderPdf } from '#server/documents/pdf/render.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sha256 } from '#server/infra/crypto.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { sealOf } from '#server/ledger/queries.ts'
import { payForAddress } from '#server/payments/pay-for/signing.ts'
import { assertMayRead } from '#server/billing/policy.ts'
import { billPage, type BillPage } from '#server/billing/queries.ts'
import type { IssueBillInput } from '#server/billing/schema.ts'
import { billPaper, type PaperFacts } from './definition.ts'

/** The issued paper of a bill and what it is drawn from, while papers of its house's month are held (`holdPapers`). While a line of it is disputed it is a paper of its own, which says so. */
export async function paperOf(ctx: Context, input: IssueBillInput): Promise<{ issued: Issued; facts: PaperFacts }> {
  const page = await billPage(ctx, input)
  const { buildingId, premisesId, accountId, number, period, issuedAt } = page.bill
  assertMayRead(ctx.actor, { buildingId, premisesId })
  // Whoever may read the bill may read this about the whole house: it names nobody.
  const seal = await asService(ctx, 'billing', inner => sealOf(inner, buildingId))
  const facts = { ...page, seal, payAddress: payForAddress(input.number, period) }
  const issued = await issueDocument(ctx, {
    buildingId, premisesId, kind: 'BILL', number, subjectType: 'bill', subjectId: [accountId, period, ...page.bill.version === 1 ? [] : [`v${page.bill.version}`], ...disputesOf(page)].join(':'), locale: input.locale,
    issuedOn: localDateOf(new Date(issuedAt)), render: code => renderPdf(billPaper(facts, input.locale, code)),
  })
  return { issued, facts }
}

/** What is said to be wrong now, as short as a key may be. */
function disputesOf({ bill, disputes }: BillPage): string[] {
  const open = disputes.filter(each => each.amount > 0n && each.period <= bill.period).map(each => each.requestId).sort()
  return open.length === 0 ? [] : [`disputed-${sha256(Buffer.from(open.join())).slice(0, 16)}`]
}
