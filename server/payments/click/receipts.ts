import 'server-only'
import { createHash } from 'node:crypto'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { unseal } from '#server/infra/crypto.ts'
import { log } from '#server/infra/log.ts'
import { noteAnswer, noteSilence, runRound } from '#server/payments/doors/rounds.ts'
import { keySeal, testKeysAllowed } from '#server/payments/doors/queries.ts'
import { storeFiscalReceipt } from '#server/payments/store-fiscal-receipt.ts'
import { authText, isTaken, itemsBody, receiptOf, type SoldItem } from './fiscal.ts'

type Due = {
  merchantId: string; buildingId: string; paymentId: string; segment: string; amount: bigint; paymentNumber: string; submitted: boolean
  serviceId: string; userId: string; apiPage: string; item: SoldItem; tin: string; sealed: string
}
type Heard = { status: number; text: string; json: unknown }
/** In a round, of one merchant and in all. */
const [ofOne, most] = [20, 80]
const patience = 10_000

/** Paid through Click and without a fiscal receipt yet; whoever was tried longest ago comes first. A merchant that rests is left out. */
async function dueReceipts(ctx: Context): Promise<Due[]> {
  return ctx.db.$queryRaw<Due[]>`
    select m.merchant_id as "merchantId", t.building_id as "buildingId", t.payment_id as "paymentId", m.segment, t.amount, coalesce(t.fiscal -> 'CLICK' ->> 'paydoc_id', t.external_id) as "paymentNumber", coalesce(t.fiscal -> 'CLICK' ? 'submitted', false) as submitted,
      m.service_id as "serviceId", m.merchant_user_id as "userId", m.api_page as "apiPage", t.item, m.seller_tin as tin, k.sealed
    from payment_merchants m
    cross join lateral (select y.sealed from payment_merchant_keys y where y.merchant_id = m.merchant_id and y.sealed is not null and (${testKeysAllowed()} or not y.test)
      and y.valid_from <= app.now() and (y.valid_to is null or y.valid_to > app.now()) order by y.valid_from desc limit 1) k
    cross join lateral (select x.*, f.item from payment_transactions x cross join lateral (select app.fiscal_item(m, x.fund, x.amount) as item) f
      where x.provider = 'click' and x.service = m.segment and x.provider_time > app.now() - interval '30 days' and f.item is not null and x.state = 'PAID' and not x.fiscal ? 'PERFORM'
        and coalesce((x.fiscal -> 'CLICK' ->> 'tried_at')::timestamptz < app.now() - interval '10 minutes', true)
      order by x.fiscal -> 'CLICK' ->> 'tried_at' nulls first, x.provider_time limit ${ofOne}) t
    where m.provider = 'click' and m.api_page <> '' and not exists (select from payment_outages x where x.merchant_id = m.merchant_id and x.rests_until > app.now())
    order by t.fiscal -> 'CLICK' ->> 'tried_at' nulls first, t.provider_time limit ${most}`
}

/** Asks Click for fiscal receipts of what it was paid: first the items, then the link, which may come later. How many came; for a minute at most. */
export async function fetchReceipts(): Promise<number> {
  const { due, now } = await serviceTransaction('payments', async ctx => ({ due: await dueReceipts(ctx), now: ctx.now }))
  let came = 0
  const { left, silent } = await runRound(due, { longest: 60_000, ofOne: 2, merchantOf: ({ merchantId }) => merchantId, ask: async each => {
    try {
      const { receipt, answered } = await fetchReceipt(each, now)
      if (receipt) came += 1
      await serviceTransaction('payments', ctx => (answered ? noteAnswer : noteSilence)(ctx, each.merchantId))
      return answered
    } catch (error) {
      // A fault of our own is no silence of Click.
      log.error({ err: error, buildingId: each.buildingId, paymentId: each.paymentId }, 'a fiscal receipt of Click could not be kept')
      return true
    }
  } })
  if (left > 0) log.warn({ left, silent }, 'fiscal receipts of Click are left for the next round')
  return came
}

/** No word on the payment: not reachable, broken, or it knows us not. */
const isSilent = ({ status }: Heard) => status === 0 || status >= 500 || [401, 403, 429].includes(status)
type Fetched = { receipt: boolean; answered: boolean }

async function fetchReceipt(due: Due, now: Date): Promise<Fetched> {
  const secret = unseal(keySeal, due.sealed)
  if (secret === null) return { receipt: false, answered: true }
  const auth = authText({ userId: due.userId, secret, seconds: Math.floor(now.getTime() / 1000) }, text => createHash('sha1').update(text).digest('hex'))
  const base = { buildingId: due.buildingId, paymentId: due.paymentId, service: due.segment, item: due.item }
  const tried = { tried_at: now.toISOString() }
  if (!due.submitted) {
    const request = itemsBody(due)
    const heard = await askClick(`${due.apiPage}/payment/ofd_data/submit_items`, auth, request)
    const taken = isTaken(heard.json)
    await serviceTransaction('payments', ctx => storeFiscalReceipt(ctx, { ...base, method: 'submit_items', request, heard, click: taken ? { ...tried, submitted: 'true' } : tried, receipt: null }))
    if (!taken) return { receipt: false, answered: !isSilent(heard) }
  }
  const heard = await askClick(`${due.apiPage}/payment/ofd_data/${due.serviceId}/${due.paymentNumber}`, auth, null)
  const receipt = receiptOf(heard.json)
  await serviceTransaction('payments', ctx => storeFiscalReceipt(ctx, { ...base, method: 'ofd_data', request: due.paymentNumber, heard, click: tried, receipt }))
  return { receipt: receipt !== null, answered: !isSilent(heard) }
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
