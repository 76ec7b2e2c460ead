import 'server-only'
import { issueDocument, type Issued } from '#server/documents/issue-document.ts'
import { renderPdf } from '#server/documents/pdf/render.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { assertMayReadPayment } from './policy.ts'
import { allocationRule, receiptFacts } from './queries.ts'
import { receiptPaper } from './receipt/paper.ts'
import type { PaymentKey } from './schema.ts'

/** The receipt of a posted payment as a paper with its check code; asked again, the same bytes. A refund has a paper of its own. */
export async function issueReceipt(ctx: Context, key: PaymentKey): Promise<Issued & { number: string }> {
  const facts = await receiptFacts(ctx, key)
  assertMayReadPayment(ctx.actor, facts)
  if (!facts) throw notFound('payments.paymentNotFound')
  if (facts.valueDate === null) throw conflict('payments.notPosted')
  const rule = await allocationRule(ctx, facts.country, facts.valueDate)
  const { buildingId, premisesId, valueDate, seq } = facts
  const issued = await issueDocument(ctx, {
    buildingId, premisesId, kind: 'RECEIPT', number: String(seq), subjectType: 'payment', locale: ctx.locale, issuedOn: valueDate,
    subjectId: facts.state === 'REFUNDED' ? `${key.paymentId}:refund` : key.paymentId,
    render: code => renderPdf(receiptPaper({ facts, rule, locale: ctx.locale, code })),
  })
  return { ...issued, number: String(seq) }
}
