import 'server-only'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { isRetryable, sqlState, uniqueViolation } from '#server/infra/db.ts'
import { log } from '#server/infra/log.ts'
import { monthClosed, postHouses, type HeldReason, type Outcome } from './posting.ts'
import { holdReadings, housesToRun } from './queries.ts'

// The statement is planned once for each portion, which costs what billing a few houses does.
const housesAtOnce = 200
// Of what still waits a hand takes a third, so that a small order is everybody's work and nobody ends long before the others; no less than costs more to begin than to bill.
const leastAtOnce = 10

type Order = { buildingId: string; orderId: string; period: string; acceptFindings: boolean; personId: string | null }

/**
 * Bills a batch of waiting houses in one transaction; false when none is left. A house that is refused is held with its
 * reason, the others go on. When the batch itself breaks, because somebody billed one of its houses meanwhile or because
 * one of them cannot be billed, each of its houses goes alone: nothing of one stops another, and every one leaves the line.
 */
export async function billNext(orderId: string | null): Promise<boolean> {
  let taken: readonly Order[] = []
  try {
    return await billBatch(orderId, { limit: housesAtOnce, onTaken: orders => { taken = orders } })
  } catch (error) {
    if (taken.length === 0) throw error
    for (const order of taken) await billOrHold(order)
    return true
  }
}

async function billOrHold(order: Order): Promise<void> {
  const { buildingId, orderId, period } = order
  const alone = () => billBatch(orderId, { limit: 1, buildingId })
  try {
    // Billed by somebody meanwhile: the second look sees that it is done.
    await alone().catch((error: unknown) => { if (sqlState(error) !== uniqueViolation) throw error; return alone() })
  } catch (error) {
    const reason = reasonOf(error)
    if (reason !== 'month.closed') log.error({ err: error, buildingId, period }, 'a house cannot be billed')
    await serviceTransaction('billing', async ctx => {
      const [still] = await takeNext(ctx, orderId, { limit: 1, buildingId })
      if (still) await settle(ctx, period, [{ buildingId, state: 'HELD', reason, findings: [] }])
    })
  }
}

function reasonOf(error: unknown): HeldReason {
  if (sqlState(error) === monthClosed) return 'month.closed'
  return isRetryable(error) ? 'billing.houseBusy' : 'billing.houseFailed'
}

type Take = { readonly limit: number; readonly buildingId?: string; readonly onTaken?: (orders: readonly Order[]) => void }

function billBatch(orderId: string | null, take: Take): Promise<boolean> {
  return serviceTransaction('billing', async ctx => {
    const orders = await takeNext(ctx, orderId, take)
    take.onTaken?.(orders)
    const [first] = orders
    if (!first) return false
    await holdReadings(ctx, orders.map(each => each.buildingId))
    const houses = await housesToRun(ctx, orders.map(each => each.buildingId), first.period)
    const outcomes = await postHouses(ctx, { houses, period: first.period, acceptFindings: first.acceptFindings, personId: first.personId })
    await settle(ctx, first.period, outcomes)
    const held = outcomes.filter(each => each.state === 'HELD')
    if (held.length > 0) log.warn({ period: first.period, held: held.length, first: held[0] }, 'houses were not billed')
    return true
  })
}

/** Waiting houses of one and the same order; another hand skips them. */
async function takeNext(ctx: Context, orderId: string | null, { limit, buildingId = null }: { limit: number; buildingId?: string | null }): Promise<Order[]> {
  return ctx.db.$queryRaw<Order[]>`
    with first as (
      select o.order_id from billing_orders o where o.state = 'WAITING' and (${orderId}::uuid is null or o.order_id = ${orderId}::uuid) order by o.ordered_at limit 1)
    select o.building_id::text as "buildingId", o.order_id::text as "orderId", o.period::text as period, o.accept_findings as "acceptFindings", o.person_id::text as "personId"
      from billing_orders o where o.state = 'WAITING' and o.order_id = (select f.order_id from first f)
       and (${buildingId}::uuid is null or o.building_id = ${buildingId}::uuid)
     order by o.building_id limit least(${limit}, greatest(${leastAtOnce}, (select count(*) / 3 from (select from billing_orders w where w.state = 'WAITING' and w.order_id = (select f.order_id from first f) limit ${3 * limit}) waiting))) for update skip locked`
}

async function settle(ctx: Context, period: string, outcomes: readonly Outcome[]): Promise<void> {
  const rows = outcomes.map(each => {
    const reason = each.state === 'HELD' && each.reason !== 'billing.alreadyBilled' ? each.reason : null
    return { buildingId: each.buildingId, state: reason === null ? 'POSTED' : 'HELD', reason }
  })
  await ctx.db.$executeRaw`update billing_orders o set state = x.state, reason = x.reason, settled_at = app.now()
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x("buildingId" uuid, state text, reason text)
    where o.building_id = x."buildingId" and o.building_id = any(${rows.map(each => each.buildingId)}::text[]::uuid[]) and o.period = ${period}`
}
