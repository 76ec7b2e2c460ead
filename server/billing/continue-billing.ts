import 'server-only'
import { record } from '#server/audit/record.ts'
import { stopwatch } from '#server/infra/clock.ts'
import { openTransaction, type RequestScope } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import { assertMayOrder } from './policy.ts'
import { progressOf, type Progress } from './preview/queries.ts'
import { billNext } from './runs/batch.ts'
import type { ContinueBillingInput } from './schema.ts'

const budget = 1500

/** Works off houses of an order for a moment and tells how far it is; the screen asks again, the worker finishes what is left. */
export async function continueBilling(request: RequestScope, { orderId }: ContinueBillingInput): Promise<Progress> {
  const before = await openTransaction(request, async ctx => {
    const rows = await ctx.db.$queryRaw<{ organisationId: string }[]>`select o.organisation_id::text as "organisationId" from billing_orders o
      where o.order_id = ${orderId}::uuid limit 1`
    if (!rows[0]) throw notFound('billing.orderNotFound')
    assertMayOrder(ctx.actor, rows[0].organisationId)
    return progressOf(ctx, orderId)
  })
  const time = stopwatch()
  while (time() < budget && await billNext(orderId));
  return openTransaction(request, async ctx => {
    const after = await progressOf(ctx, orderId)
    if (after.waiting < before.waiting) {
      await record(ctx, { action: 'billing.continueBilling', buildingId: null, subjectType: 'billingOrder', subjectId: orderId, before, after })
    }
    return after
  })
}
