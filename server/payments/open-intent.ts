import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { env } from '#server/infra/env.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import { newOrder } from './halyk/queries.ts'
import { assertMayPay } from './policy.ts'
import { findPayable, merchantsOf, type MerchantFacts, type Payable } from './queries.ts'
import { payLink } from './pay-for/links.ts'
import type { OpenIntentInput } from './schema.ts'

export type Leaving = { intentId: string; buildingId: string; href: string | null }

/** The person leaves for the provider: remembered, so that what comes back can be shown as on its way. The same id is the same leaving. */
export async function openIntent(ctx: Context, input: OpenIntentInput): Promise<Leaving> {
  const payable = await findPayable(ctx, input.number)
  assertMayPay(ctx.actor, payable)
  if (!payable) throw notFound('payments.payableNotFound')
  assertPayable(payable, input.amount)
  const merchant = (await merchantsOf(ctx, payable)).find(each => each.provider === input.provider)
  if (!merchant) throw invalid('payments.providerNotHere')
  if (input.amount < merchant.leastAmount || input.amount > merchant.mostAmount) throw invalid('payments.amountOutside')

  const { buildingId, premisesId, accountId, invoiceId, currency } = payable
  const added = await asService(ctx, 'payments', inner => inner.db.$executeRaw`
    insert into payment_intents (building_id, intent_id, premises_id, account_id, person_id, invoice_id, number, provider, merchant_id, amount, currency, left_at)
    values (${buildingId}::uuid, ${input.intentId}::uuid, ${premisesId}::uuid, ${accountId}::uuid, ${ctx.actor.personId}::uuid, ${invoiceId}::uuid, ${input.number},
      ${input.provider}, ${merchant.merchantId}::uuid, ${input.amount}::bigint, ${currency}, app.now()) on conflict do nothing`)
  if (added > 0) {
    await record(ctx, { action: 'payments.openIntent', buildingId, premisesId, subjectType: 'paymentIntent', subjectId: input.intentId,
      after: { number: input.number, amount: input.amount, provider: input.provider } })
  }
  const href = merchant.provider === 'halyk' ? await bankPageOf(ctx, { payable, merchant, input }) : payLink(merchant, { number: input.number, amount: input.amount, locale: ctx.locale, returnTo: `${env.APP_URL}/${ctx.locale}/pay/${input.number}?back=${input.intentId}` })
  return { intentId: input.intentId, buildingId, href }
}

function assertPayable(payable: Payable, amount: bigint): void {
  if (payable.state === 'PAID') throw conflict('payments.alreadyPaid')
  if (payable.state !== 'OPEN') throw conflict('payments.closed')
  if (payable.amount !== null && payable.amount !== amount) throw invalid('payments.exactAmount')
}

/** Halyk is told of the order before the person goes there; another person's live order of the same invoice is in the way. */
async function bankPageOf(ctx: Context, { payable, merchant, input }: { payable: Payable; merchant: MerchantFacts; input: OpenIntentInput }): Promise<string> {
  const { paymentId, refusal } = await asService(ctx, 'payments', inner =>
    newOrder(inner, { merchantId: merchant.merchantId, number: input.number, amount: input.amount, personId: ctx.actor.personId, intentId: input.intentId }))
  if (paymentId === null) throw refusal === 'TAKEN' ? conflict('payments.beingPaid') : conflict('payments.closed')
  return `/api/pay/halyk/${ctx.locale}/${payable.buildingId}/${paymentId}`
}
