import 'server-only'
import { createHash } from 'node:crypto'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { unseal } from '#server/infra/crypto.ts'
import { keySeal, testKeysAllowed } from '#server/payments/doors/queries.ts'
import { storeFiscalReceipt } from '#server/payments/store-fiscal-receipt.ts'
import { authText, isTaken, itemsBody, receiptOf, type SoldItem } from './fiscal.ts'

type Due = {
  buildingId: string; paymentId: string; segment: string; amount: bigint; paymentNumber: string; submitted: boolean
  serviceId: string; userId: string; apiPage: string; item: SoldItem; tin: string; sealed: string
}
type Heard = { status: number; text: string; json: unknown }
const atOnce = 20
const patience = 10_000

/** Paid through Click and without a fiscal receipt yet; whoever was tried longest ago comes first. */
async function dueReceipts(ctx: Context): Promise<Due[]> {
  return ctx.db.$queryRaw<Due[]>`
    select t.building_id as "buildingId", t.payment_id as "paymentId", m.segment, t.amount, coalesce(t.fiscal -> 'CLICK' ->> 'paydoc_id', t.external_id) as "paymentNumber", coalesce(t.fiscal -> 'CLICK' ? 'submitted', false) as submitted,
      m.service_id as "serviceId", m.merchant_user_id as "userId", m.api_page as "apiPage", f.item, m.seller_tin as tin, k.sealed
    from payment_merchants m
    cross join lateral (select y.sealed from payment_merchant_keys y where y.merchant_id = m.merchant_id and y.sealed is not null and (${testKeysAllowed()} or not y.test)
      and y.valid_from <= app.now() and (y.valid_to is null or y.valid_to > app.now()) order by y.valid_from desc limit 1) k
    join payment_transactions t on t.provider = 'click' and t.service = m.segment and t.provider_time > app.now() - interval '30 days'
    cross join lateral (select app.fiscal_item(m, t.fund, t.amount) as item) f
    where m.provider = 'click' and m.api_page <> '' and f.item is not null and t.state = 'PAID' and not t.fiscal ? 'PERFORM'
      and coalesce((t.fiscal -> 'CLICK' ->> 'tried_at')::timestamptz < app.now() - interval '10 minutes', true)
    order by t.fiscal -> 'CLICK' ->> 'tried_at' nulls first, t.provider_time limit ${atOnce}`
}

/** Asks Click for fiscal receipts of what it was paid: first the items, then the link, which may come later. How many came. */
export async function fetchReceipts(): Promise<number> {
  const { due, now } = await serviceTransaction('payments', async ctx => ({ due: await dueReceipts(ctx), now: ctx.now }))
  let came = 0
  for (const each of due) came += await fetchReceipt(each, now) ? 1 : 0
  return came
}

async function fetchReceipt(due: Due, now: Date): Promise<boolean> {
  const secret = unseal(keySeal, due.sealed)
  if (secret === null) return false
  const auth = authText({ userId: due.userId, secret, seconds: Math.floor(now.getTime() / 1000) }, text => createHash('sha1').update(text).digest('hex'))
  const base = { buildingId: due.buildingId, paymentId: due.paymentId, service: due.segment, item: due.item }
  const tried = { tried_at: now.toISOString() }
  if (!due.submitted) {
    const request = itemsBody(due)
    const heard = await askClick(`${due.apiPage}/payment/ofd_data/submit_items`, auth, request)
    const taken = isTaken(heard.json)
    await serviceTransaction('payments', ctx => storeFiscalReceipt(ctx, { ...base, method: 'submit_items', request, heard, click: taken ? { ...tried, submitted: 'true' } : tried, receipt: null }))
    if (!taken) return false
  }
  const heard = await askClick(`${due.apiPage}/payment/ofd_data/${due.serviceId}/${due.paymentNumber}`, auth, null)
  const receipt = receiptOf(heard.json)
  await serviceTransaction('payments', ctx => storeFiscalReceipt(ctx, { ...base, method: 'ofd_data', request: due.paymentNumber, heard, click: tried, receipt }))
  return receipt !== null
}

/** One call of Click's own API. */
export async function askClick(address: string, auth: string, body: string | null): Promise<Heard> {
  try {
    const response = await fetch(address, {
      method: body === null ? 'GET' : 'POST', headers: { auth, accept: 'application/json', 'content-type': 'application/json' }, redirect: 'error', signal: AbortSignal.timeout(patience),
      ...(body === null ? {} : { body }),
    })
    const text = (await response.text()).slice(0, 4000)
    return { status: response.status, text, json: parse(text) }
  } catch (error) {
    return { status: 0, text: error instanceof Error ? error.name : 'unreachable', json: null }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
