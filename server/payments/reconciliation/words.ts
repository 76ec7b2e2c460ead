import 'server-only'
import { createHash } from 'node:crypto'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { unseal } from '#server/infra/crypto.ts'
import { log } from '#server/infra/log.ts'
import { addDays } from '#server/kernel/period.ts'
import { authText } from '#server/payments/click/fiscal.ts'
import { askClick } from '#server/payments/click/receipts.ts'
import { runRound } from '#server/payments/doors/rounds.ts'
import { keySeal, testKeysAllowed } from '#server/payments/doors/queries.ts'
import { askStatus, signIn } from '#server/payments/halyk/bank.ts'
import { orderFacts } from '#server/payments/halyk/queries.ts'
import { clickWord, halykWord, type Word } from './rules.ts'

type Key = { buildingId: string; paymentId: string }
type Asked = Key & { merchantId: string; provider: 'click' | 'halyk'; paymentNumber: string; serviceId: string; userId: string; apiPage: string; sealed: string | null }
const atMost = 5000
/** After three minutes nothing more is asked. */
const longest = 180_000

/** Payments of these days, and those taken back in them however old, that their provider can be asked of, and has said nothing of yet, or something else than we have. */
async function toAsk(ctx: Context, days: number): Promise<Asked[]> {
  return ctx.db.$queryRaw<Asked[]>`
    select t.building_id as "buildingId", t.payment_id as "paymentId", m.merchant_id as "merchantId", t.provider, coalesce(t.fiscal -> 'CLICK' ->> 'paydoc_id', t.external_id) as "paymentNumber",
      m.service_id as "serviceId", m.merchant_user_id as "userId", m.api_page as "apiPage", k.sealed
    from payment_transactions t join payment_merchants m on m.merchant_id = t.merchant_id
    left join lateral (select y.sealed from payment_merchant_keys y where y.merchant_id = m.merchant_id and y.sealed is not null and (${testKeysAllowed()} or not y.test)
      and y.valid_from <= app.now() and (y.valid_to is null or y.valid_to > app.now()) order by y.valid_from desc limit 1) k on true
    left join provider_words w on w.building_id = t.building_id and w.payment_id = t.payment_id
    where (t.value_date between ${addDays(ctx.today, -days)}::date and ${addDays(ctx.today, -1)}::date or t.cancelled_at >= app.now() - make_interval(days => ${days}::int)) and t.state in ('PAID', 'REFUNDED') and w.state is distinct from t.state
      and (t.provider = 'click' and m.api_page <> '' or t.provider = 'halyk' and exists (select from halyk_orders o where o.building_id = t.building_id and o.payment_id = t.payment_id))
    order by t.value_date, t.seq limit ${atMost}`
}

/** Asks those who can be asked of what they have; who is silent and what there was no time for is asked again the next morning, and nothing is concluded. */
export async function pullWords(days: number): Promise<number> {
  const { asked, now } = await serviceTransaction('payments', async ctx => ({ asked: await toAsk(ctx, days), now: ctx.now }))
  let heard = 0
  const ask = async (each: Asked) => {
    try {
      const word = each.provider === 'click' ? await wordOfClick(each, now) : await wordOfHalyk(each)
      if (word === null) return true
      await serviceTransaction('payments', ctx => keepWord(ctx, each, word))
      heard += 1
      return true
    } catch (error) {
      log.warn({ err: error, buildingId: each.buildingId, paymentId: each.paymentId }, `${each.provider} could not be asked of a payment`)
      return false
    }
  }
  const { left, silent } = await runRound(asked, { ask, longest, ofOne: 1, merchantOf: ({ merchantId }) => merchantId })
  if (left > 0) log.warn({ left, of: asked.length, silent }, 'payments are left to be asked of the next morning')
  return heard
}

/** Refusals of whoever asks, whatever the payment; other refusals are of the one payment. */
const refusesAll = new Set([401, 403, 429])

async function wordOfClick({ userId, sealed, serviceId, paymentNumber, apiPage }: Asked, now: Date): Promise<Word | null> {
  const secret = sealed === null ? null : unseal(keySeal, sealed)
  if (secret === null) return null
  const auth = authText({ userId, secret, seconds: Math.floor(now.getTime() / 1000) }, text => createHash('sha1').update(text).digest('hex'))
  const { status, json } = await askClick(`${apiPage}/payment/status/${serviceId}/${paymentNumber}`, auth, null)
  if (status === 200) return clickWord(json)
  if (status >= 400 && status < 500 && !refusesAll.has(status)) return null
  throw new Error(`Click does not answer: ${status}`)
}

async function wordOfHalyk(key: Key): Promise<Word | null> {
  const order = await serviceTransaction('payments', ctx => orderFacts(ctx, key))
  if (!order) return null
  const { bearer } = await signIn(order)
  return halykWord(order, await askStatus(order, bearer))
}

async function keepWord(ctx: Context, { buildingId, paymentId }: Key, { state, amount }: Word): Promise<void> {
  await ctx.db.$executeRaw`insert into provider_words (building_id, payment_id, state, amount, asked_at) values (${buildingId}::uuid, ${paymentId}::uuid, ${state}, ${amount}::bigint, app.now())
    on conflict (building_id, payment_id) do update set state = excluded.state, amount = excluded.amount, asked_at = excluded.asked_at`
}
