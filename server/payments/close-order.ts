import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { dropRefusal, keptOrders } from './halyk/queries.ts'
import { keptActs } from './halyk/rules.ts'
import { assertMayKeepStatements } from './policy.ts'
import { houseOfStatements } from './statements/queries.ts'
import type { DecideOrderInput } from './statements/schema.ts'

/** An order of Halyk that was kept apart and has no money of ours behind it, or a payment that the bank will not give back: a person says in words what it was. */
export async function closeOrder(ctx: Context, { buildingId, paymentId, note }: DecideOrderInput): Promise<void> {
  assertMayKeepStatements(ctx.actor, await houseOfStatements(ctx, buildingId))
  const order = await asService(ctx, 'payments', async inner => {
    const [kept] = await keptOrders(inner, { buildingId, paymentId })
    if (!kept) throw notFound('payments.paymentNotFound')
    const refusal = keptActs(kept).close
    if (refusal !== null) throw conflict(refusal)
    if (kept.state === 'PAID') await dropRefusal(inner, { buildingId, paymentId }, note)
    else await inner.db.$executeRaw`select app.close_halyk(${buildingId}::uuid, ${paymentId}::uuid, ${newId()}::uuid, ${note})`
    return kept
  })
  await record(ctx, { action: 'payments.closeOrder', buildingId, subjectType: 'payment', subjectId: paymentId, ground: note, before: { difference: order.difference, refusal: order.refusal } })
}
