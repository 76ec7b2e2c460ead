import 'server-only'
import { record } from '#server/audit/record.ts'
import { stopwatch } from '#server/infra/clock.ts'
import { openTransaction, serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { log } from '#server/infra/log.ts'
import { DomainError, notFound } from '#server/kernel/errors.ts'
import { runBilling } from './run-billing.ts'
import { progressOf, type Progress } from './preview/queries.ts'
import { assertMayOrder } from './policy.ts'
import type { ContinueBillingInput } from './schema.ts'

const budget = 1500

/** Works off houses of an order for a moment and tells how far it is; the screen asks again, the worker finishes what is left. */
export async function continueBilling(request: RequestScope, input: ContinueBillingInput): Promise<Progress> {
  await openTransaction(request, async ctx => {
    const rows = await ctx.db.$queryRaw<{ organisationId: string }[]>`select o.organisation_id::text as "organisationId" from billing_orders o
      where o.order_id = ${input.orderId}::uuid limit 1`
    if (!rows[0]) throw notFound('billing.orderNotFound')
    assertMayOrder(ctx.actor, rows[0].organisationId)
  })
  const time = stopwatch()
  while (time() < budget && await billNext(input.orderId));
  return openTransaction(request, ctx => progressOf(ctx, input.orderId))
}

type Order = { buildingId: string; period: string; acceptFindings: boolean; personId: string | null }

/** One waiting house in one transaction; false when none is left. A refused house is held with its reason, the others go on. */
export async function billNext(orderId: string | null): Promise<boolean> {
  let taken: Order | null = null
  try {
    return await serviceTransaction('billing', async ctx => {
      taken = await takeNext(ctx, orderId)
      if (taken === null) return false
      await runBilling({ ...ctx, actor: { ...ctx.actor, personId: null } }, taken)
      await settle(ctx, taken, { state: 'POSTED', reason: null })
      return true
    })
  } catch (error) {
    const order = taken as Order | null
    if (order === null || !(error instanceof DomainError)) throw error
    log.warn({ code: error.code, buildingId: order.buildingId, period: order.period }, 'a house was not billed')
    await serviceTransaction('billing', ctx => hold(ctx, order, error))
    return true
  }
}

async function takeNext(ctx: Context, orderId: string | null): Promise<Order | null> {
  const rows = await ctx.db.$queryRaw<Order[]>`select o.building_id::text as "buildingId", o.period::text as period, o.accept_findings as "acceptFindings",
      o.person_id::text as "personId"
    from billing_orders o where o.state = 'WAITING' and (${orderId}::uuid is null or o.order_id = ${orderId}::uuid)
    order by o.ordered_at, o.building_id limit 1 for update skip locked`
  return rows[0] ?? null
}

async function hold(ctx: Context, order: Order, error: DomainError): Promise<void> {
  const posted = error.code === 'billing.alreadyBilled'
  await settle(ctx, order, posted ? { state: 'POSTED', reason: null } : { state: 'HELD', reason: error.code })
  await record(ctx, { action: 'billing.holdOrder', buildingId: order.buildingId, subjectType: 'billingOrder', subjectId: order.period, ground: error.code })
}

async function settle(ctx: Context, order: Order, { state, reason }: { state: 'POSTED' | 'HELD'; reason: string | null }): Promise<void> {
  await ctx.db.$executeRaw`update billing_orders set state = ${state}, reason = ${reason}, settled_at = app.now()
    where building_id = ${order.buildingId}::uuid and period = ${order.period}`
}
