import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { keptOrders } from './halyk/queries.ts'
import { keptActs } from './halyk/rules.ts'
import { assertMayKeepStatements } from './policy.ts'
import { houseOfStatements } from './statements/queries.ts'
import { placeOfNumber } from './statements/settle.ts'
import type { AssignOrderInput } from './statements/schema.ts'

/** An order of Halyk that was kept apart: a person says whose the money at the bank is, and the bank's sum is settled there. */
export async function assignOrder(ctx: Context, input: AssignOrderInput): Promise<{ paymentId: string }> {
  const { buildingId, paymentId, number } = input
  assertMayKeepStatements(ctx.actor, await houseOfStatements(ctx, buildingId))
  const placed = newId()
  const order = await asService(ctx, 'payments', async inner => {
    const [kept] = await keptOrders(inner, { buildingId, paymentId })
    if (!kept) throw notFound('payments.paymentNotFound')
    const refusal = keptActs(kept).place
    if (refusal !== null) throw conflict(refusal)
    await placeOfNumber(inner, { buildingId, date: ctx.today }, { number, amount: kept.bankAmount ?? 0n })
    await inner.db.$executeRaw`select app.place_halyk(${buildingId}::uuid, ${paymentId}::uuid, ${placed}::uuid, ${number})`
    return kept
  })
  await record(ctx, { action: 'payments.assignOrder', buildingId, subjectType: 'payment', subjectId: paymentId, before: { difference: order.difference, amount: order.amount }, after: { number, amount: order.bankAmount, paymentId: placed } })
  return { paymentId: placed }
}
