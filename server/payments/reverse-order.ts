import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { halykTold } from './events.ts'
import { askRefund, keptOrders } from './halyk/queries.ts'
import { keptActs } from './halyk/rules.ts'
import { assertMayKeepStatements } from './policy.ts'
import { reversePayment } from './reverse-payment.ts'
import { houseOfStatements } from './statements/queries.ts'
import type { DecideOrderInput } from './statements/schema.ts'

/** An order of Halyk that was kept apart: the bank is asked to give its money back to the payer; the order lets go by the bank's word, and comes back with its refusal. */
export async function reverseOrder(ctx: Context, { buildingId, paymentId, note }: DecideOrderInput): Promise<void> {
  assertMayKeepStatements(ctx.actor, await houseOfStatements(ctx, buildingId))
  const order = await asService(ctx, 'payments', async inner => {
    const [kept] = await keptOrders(inner, { buildingId, paymentId })
    if (!kept) throw notFound('payments.paymentNotFound')
    const refusal = keptActs(kept).giveBack
    if (refusal !== null) throw conflict(refusal)
    if (kept.state !== 'PAID') await askRefund(inner, { buildingId, paymentId }, note)
    return kept
  })
  // A payment that the bank refused to give back once: asked as any other, with the house's money looked at.
  if (order.state === 'PAID') return reversePayment(ctx, { buildingId, paymentId, reason: note })
  await emit(ctx, { name: halykTold, buildingId, payload: { paymentId } })
  await record(ctx, { action: 'payments.reverseOrder', buildingId, subjectType: 'payment', subjectId: paymentId, ground: note, before: { difference: order.difference, amount: order.bankAmount } })
}
