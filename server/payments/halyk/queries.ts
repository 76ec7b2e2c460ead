import 'server-only'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { hmac, unseal } from '#server/infra/crypto.ts'
import { newId } from '#server/kernel/ids.ts'
import { keySeal, testKeysAllowed } from '#server/payments/doors/queries.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { HalykTerminal } from '#server/payments/schema.ts'
import type { HalykAct, HalykOrder, KeptFacts } from './rules.ts'

type Key = { readonly buildingId: string; readonly paymentId: string }

export type OrderFacts = HalykOrder & Key & {
  merchantId: string
  /** The bank was silent of late: it is not asked of this terminal now. */
  rests: boolean
  account: string; intentId: string; segment: string; shortAddress: boolean
  clientId: string; tokenBase: string; apiBase: string; pageScript: string
  /** Live keys, the newest first. */
  keys: readonly string[]
}
type Row = Omit<OrderFacts, 'keys'> & { keys: { sealed: string; test: boolean }[] | null }

/** Our own secret of an order, which the bank sends back with its notice; stored nowhere. */
export function secretOf(paymentId: string): string {
  return hmac('halyk order', paymentId).slice(0, 32)
}

/** An order with where and as whom the bank is asked about it. Only for the payments service. */
export async function orderFacts(ctx: Context, { buildingId, paymentId }: Key): Promise<OrderFacts | null> {
  const [row] = await ctx.db.$queryRaw<Row[]>`
    select o.building_id as "buildingId", o.payment_id as "paymentId", o.number, t.amount, t.currency::text as currency, o.terminal, h.two_stage as "twoStage", t.state as payment,
      o.ends_at < app.moment() as ended, o.ends_at < app.moment() - interval '24 hours' as overdue, o.bank_amount as "bankAmount", o.refund_asked_at is not null as "refundAsked", t.number::text as account, o.intent_id as "intentId", o.merchant_id as "merchantId", exists (select from payment_outages x where x.merchant_id = o.merchant_id and x.rests_until > app.now()) as rests, m.segment, m.short_address as "shortAddress",
      h.client_id as "clientId", h.token_base as "tokenBase", h.api_base as "apiBase", h.page_script as "pageScript",
      (select jsonb_agg(jsonb_build_object('sealed', y.sealed, 'test', y.test) order by y.valid_from desc) from payment_merchant_keys y
        where y.merchant_id = m.merchant_id and y.sealed is not null and y.valid_from <= app.now() and (y.valid_to is null or y.valid_to > app.now())) as keys
    from halyk_orders o join payment_transactions t on t.building_id = o.building_id and t.payment_id = o.payment_id
    join payment_merchants m on m.merchant_id = o.merchant_id join halyk_terminals h on h.merchant_id = m.merchant_id
    where o.building_id = ${buildingId}::uuid and o.payment_id = ${paymentId}::uuid`
  if (!row) return null
  const keys = (row.keys ?? []).filter(each => testKeysAllowed() || !each.test).map(each => unseal(keySeal, each.sealed)).filter(key => key !== null)
  return { ...row, keys }
}

/** How a merchant of Halyk is asked; orders that are under way go on with it. */
export async function keepTerminal(ctx: Context, merchantId: string, terminal: HalykTerminal): Promise<void> {
  await ctx.db.$executeRaw`
    insert into halyk_terminals (merchant_id, client_id, terminal, token_base, api_base, page_script, two_stage)
    values (${merchantId}::uuid, ${terminal.clientId}, ${terminal.terminal}, ${terminal.tokenBase}, ${terminal.apiBase}, ${terminal.pageScript}, ${terminal.twoStage})
    on conflict (merchant_id) do update set client_id = excluded.client_id, terminal = excluded.terminal, token_base = excluded.token_base, api_base = excluded.api_base,
      page_script = excluded.page_script, two_stage = excluded.two_stage`
}

/** Who left for the bank with it. */
export async function personOfOrder(ctx: Context, { buildingId, paymentId }: Key): Promise<string | null> {
  const [row] = await ctx.db.$queryRaw<{ personId: string }[]>`select person_id as "personId" from halyk_orders where building_id = ${buildingId}::uuid and payment_id = ${paymentId}::uuid`
  return row?.personId ?? null
}

/** A new order, or the one the person already has for the same thing; TAKEN: somebody else is paying it. */
export async function newOrder(ctx: Context, wanted: { merchantId: string; number: string; amount: bigint; personId: string | null; intentId: string }): Promise<{ paymentId: string | null; refusal: string | null }> {
  const [row] = await ctx.db.$queryRaw<{ paymentId: string | null; refusal: string | null }[]>`
    select payment_id as "paymentId", refusal from app.open_halyk_order(${newId()}::uuid, ${wanted.merchantId}::uuid, ${wanted.number}, ${wanted.amount}::bigint, ${wanted.personId}::uuid, ${wanted.intentId}::uuid)`
  return row ?? { paymentId: null, refusal: 'CLOSED' }
}

/** The order of a notice, by the number that the bank knows, and whether the merchant listens to that address. */
export async function findOrder(ctx: Context, { segment, number, address }: { segment: string | null; number: string; address: string | null }): Promise<(Key & { heard: boolean }) | null> {
  const [row] = await ctx.db.$queryRaw<(Key & { heard: boolean })[]>`
    select f.building_id as "buildingId", coalesce(o.placed_as, f.payment_id) as "paymentId", cardinality(m.allowed_addresses) = 0 or app.address_allowed(m, ${address}) as heard
    from payment_merchants m join payment_dedupe f on f.provider = 'halyk' and f.service = m.segment and f.method = 'create' and f.external_id = ${number}
    join halyk_orders o on o.building_id = f.building_id and o.payment_id = f.payment_id
    where m.provider = 'halyk' and case when ${segment}::text is null then m.short_address else m.segment = ${segment} end`
  return row ?? null
}

/** The bank says that there is news: asked about at once, whatever the news is. */
export async function markTold(ctx: Context, { buildingId, paymentId }: Key): Promise<void> {
  await ctx.db.$executeRaw`update halyk_orders set told_at = app.now(), next_ask_at = app.now() where building_id = ${buildingId}::uuid and payment_id = ${paymentId}::uuid`
}

/** A token was given: while it lives, somebody may be typing a card. */
export async function prolong(ctx: Context, { buildingId, paymentId }: Key, seconds: number): Promise<void> {
  await ctx.db.$executeRaw`update halyk_orders set ends_at = greatest(ends_at, app.now() + make_interval(secs => ${seconds})) where building_id = ${buildingId}::uuid and payment_id = ${paymentId}::uuid`
}

/** A staff member gives the money back: the bank is asked, and the ledger follows its word. */
export async function askRefund(ctx: Context, { buildingId, paymentId }: Key, reason: string): Promise<void> {
  await ctx.db.$executeRaw`update halyk_orders set refund_reason = case when refund_asked_at is null then ${reason} else refund_reason end, refund_asked_at = coalesce(refund_asked_at, app.now()), refund_refusal = null, next_ask_at = app.now()
    where building_id = ${buildingId}::uuid and payment_id = ${paymentId}::uuid`
}

/** A person has read that the bank will not give it back: the payment stays as it is. */
export async function dropRefusal(ctx: Context, { buildingId, paymentId }: Key, note: string): Promise<void> {
  await ctx.db.$executeRaw`update halyk_orders set refund_refusal = null, closing_note = ${note} where building_id = ${buildingId}::uuid and payment_id = ${paymentId}::uuid`
}

export async function applyAct(ctx: Context, { buildingId, paymentId }: Key, wanted: { act: HalykAct; bank: Record<string, string | null> }): Promise<string> {
  const [row] = await ctx.db.$queryRaw<{ state: string }[]>`
    select app.apply_halyk(${buildingId}::uuid, ${paymentId}::uuid, ${newId()}::uuid, ${wanted.act}, ${JSON.stringify(wanted.bank)}::jsonb) as state`
  return row?.state ?? ''
}

/** Orders whose time to ask has come: so many of one merchant at most, none of one that rests. */
export async function dueOrders(ctx: Context, { most, ofOne }: { most: number; ofOne: number }): Promise<(Key & { merchantId: string })[]> {
  return ctx.db.$queryRaw<(Key & { merchantId: string })[]>`
    select d.building_id as "buildingId", d.payment_id as "paymentId", d.merchant_id as "merchantId"
    from (select o.*, row_number() over (partition by o.merchant_id order by o.next_ask_at) as place from halyk_orders o
      where o.next_ask_at <= app.now() and not exists (select from payment_outages x where x.merchant_id = o.merchant_id and x.rests_until > app.now())) d
    where d.place <= ${ofOne} order by d.next_ask_at limit ${most}`
}

export type KeptOrder = KeptFacts & Key & {
  houseName: string; unitNumber: string; accountNumber: string; number: string; currency: Currency; amount: bigint; bankAmount: bigint | null; bankCurrency: string | null; openedAt: Date
}

/** Orders that do not fit what the bank has, and paid ones that it refused to give back, in the houses whose money this session keeps; one of them, locked, where it is named. */
export async function keptOrders(ctx: Pick<Context, 'db'>, one: Key | null = null): Promise<KeptOrder[]> {
  const rows = await ctx.db.$queryRawUnsafe<KeptOrder[]>(`
    select o.building_id as "buildingId", o.payment_id as "paymentId", b.name as "houseName", u.number as "unitNumber", a.number::text as "accountNumber", o.number, o.state, o.difference, o.bank_state as "bankState",
      t.state as payment, t.currency::text as currency, t.amount, o.bank_amount as "bankAmount", o.bank_currency as "bankCurrency", o.refund_asked_at is not null as "refundAsked", o.refund_refusal as refusal, o.opened_at as "openedAt"
    from halyk_orders o join payment_transactions t on t.building_id = o.building_id and t.payment_id = o.payment_id join buildings b on b.building_id = o.building_id
    join premises u on u.building_id = o.building_id and u.premises_id = o.premises_id join accounts a on a.building_id = o.building_id and a.account_id = o.account_id
    where case when $1::uuid is null then o.state = 'QUARANTINED' or o.state = 'PAID' and o.refund_refusal is not null else o.building_id = $1::uuid and o.payment_id = $2::uuid end
    order by o.opened_at limit 200${one === null ? '' : ' for no key update of o'}`, one?.buildingId ?? null, one?.paymentId ?? null)
  return rows
}

type Asked = { method: string; request: string; response: string; httpStatus: number; milliseconds: number }

/** The trace of what we asked the bank: without keys and tokens. */
export async function logHalyk(order: Pick<OrderFacts, 'buildingId' | 'paymentId' | 'segment' | 'number'>, asked: Asked): Promise<void> {
  await serviceTransaction('payments', ctx => insertLog(ctx, { ...asked, ...order, address: '' }))
}

/** The same of what the bank told us. */
export async function insertLog(ctx: Context, row: Asked & { buildingId: string | null; paymentId: string | null; segment: string; number: string; address: string }): Promise<void> {
  await ctx.db.$executeRaw`
    insert into payment_request_log (building_id, at, log_id, provider, service, method, external_id, payment_id, address, request, response, http_status, microseconds)
    values (coalesce(${row.buildingId}::uuid, '00000000-0000-0000-0000-000000000000'), app.now(), ${newId()}::uuid, 'halyk', ${row.segment}, ${row.method}, ${row.number}, ${row.paymentId}::uuid, ${row.address},
      ${row.request}, ${row.response}, ${row.httpStatus}::smallint, ${Math.round(row.milliseconds * 1000)}::integer)`
}
