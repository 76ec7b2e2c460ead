import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { pricedLines } from '#server/billing/changes/rules.ts'
import { inputInRequest, lineInRequest } from '#server/billing/disputes/rules.ts'
import type { Voice } from '#server/billing/explanation/rules.ts'
import { inputFacts } from '#server/billing/inputs/queries.ts'
import { inputsInWords } from '#server/billing/inputs/rules.ts'
import { assertMayRead } from '#server/billing/policy.ts'
import { billPage, readingsOfBill, type BillPage } from '#server/billing/queries.ts'
import type { DisputeBillInput } from '#server/billing/schema.ts'
import { fileRequest } from '#server/requests/file-request.ts'
import type { FiledRequest } from '#server/requests/schema.ts'

/** One press of the people of the flat: a request with everything that stood behind it. The bill itself never changes; its sum is marked. */
export async function disputeBill(ctx: Context, input: DisputeBillInput): Promise<FiledRequest> {
  const page = await billPage(ctx, input)
  assertMayRead(ctx.actor, page.bill)
  const { bill } = page
  const same = page.disputes.find(each => each.period === input.period && each.kind === input.kind && each.subject === input.subject)
  if (same && same.requestId !== input.requestId) throw conflict('billing.disputedAlready', { number: same.number })
  const said = await wordsOf(ctx, page, input)
  const filed = await fileRequest(ctx, {
    requestId: input.requestId, buildingId: bill.buildingId, premisesId: bill.premisesId, category: 'BILL', kind: 'APPLICATION', place: 'FLAT', emergency: false, text: said.text, photos: [], submittedAt: input.submittedAt,
  })
  const made = await ctx.db.$executeRaw`insert into bill_disputes (building_id, request_id, account_id, premises_id, period, kind, subject, amount, currency, facts, person_id)
    values (${bill.buildingId}::uuid, ${input.requestId}::uuid, ${bill.accountId}::uuid, ${bill.premisesId}::uuid, ${input.period}, ${input.kind}, ${input.subject}, ${said.amount}, ${bill.currency},
      ${JSON.stringify(said.facts)}::jsonb, ${ctx.actor.personId}::uuid) on conflict do nothing`
  if (made === 1) {
    await record(ctx, { action: 'billing.disputeBill', buildingId: bill.buildingId, premisesId: bill.premisesId, subjectType: 'bill', subjectId: bill.number, ground: `${input.kind} ${input.subject}`,
      after: { requestId: input.requestId, amount: said.amount } })
  }
  return filed
}

async function wordsOf(ctx: Context, page: BillPage, { kind, subject }: DisputeBillInput): Promise<{ text: string; amount: bigint; facts: unknown }> {
  const { bill } = page
  const voice: Voice = { say: texts(ctx.locale), locale: ctx.locale, currency: bill.currency }
  const stood = await inputFacts(ctx, bill)
  const inputs = inputsInWords(stood, voice.say)
  const about = { billNumber: bill.number, period: bill.period }
  if (kind === 'INPUT') {
    const input = inputs.find(each => each.subject === subject)
    if (!input) throw notFound('billing.nothingToDispute')
    return { text: inputInRequest(input, { about, voice, inputs }), amount: 0n, facts: { inputs: stood } }
  }
  const priced = pricedLines(bill).find(each => each.line.key === subject)
  if (!priced) throw notFound('billing.nothingToDispute')
  const amount = BigInt(priced.line.net) + BigInt(priced.line.vat)
  return {
    text: lineInRequest(priced.item, priced.line, { about, voice, inputs }), amount: amount < 0n ? -amount : amount,
    facts: { line: priced.line, price: priced.item, readings: await readingsOfBill(ctx, bill), inputs: stood },
  }
}
