import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import { asService, type Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { Currency } from '#server/kernel/money.ts'
import { toldPaymentDays } from './rules.ts'
import type { AllocationRule, FundAmount } from './split/rules.ts'
import { providers, type PayableKind, type PaymentState, type Provider } from './schema.ts'

type Place = { readonly buildingId: string; readonly accountId: string }
type Read = Pick<Context, 'db'>

export type PaymentRow = {
  paymentId: string; seq: bigint; provider: Provider; number: string; invoiceId: string | null; amount: bigint; currency: Currency; state: PaymentState
  /** Null where nobody has told us. */
  paidAt: Date | null
  acceptedAt: Date
  postedAt: Date | null
  cancelledAt: Date | null
  valueDate: string | null
}

/** When it was paid: as the person told us on coming back, else by the provider's own clock; of a bank's line the day alone is known, of what is not posted nothing yet. */
const paidAt = Prisma.sql`coalesce(
  (select i.told_paid_at from payment_intents i where i.building_id = t.building_id and i.account_id = t.account_id and i.number = t.number
    and i.amount = t.amount and i.left_at >= t.created_at - interval '1 day' and date_trunc('milliseconds', i.left_at) <= greatest(t.created_at, t.performed_at) order by i.left_at desc limit 1),
  case when t.performed_at is not null and t.provider <> 'bank' then least(t.created_at, case when t.provider_time > t.created_at - interval '60 days' then t.provider_time end) end)`

/** Payments of an account, newest first, with the three moments: paid, accepted, posted. An order at a bank that nobody has paid yet is none. */
export async function paymentsOf(ctx: Read, { buildingId, accountId }: Place, limit = 20): Promise<PaymentRow[]> {
  return ctx.db.$queryRaw<PaymentRow[]>`
    select t.payment_id as "paymentId", t.seq, t.provider, t.number::text as number, t.invoice_id as "invoiceId", t.amount, t.currency::text as currency, t.state,
      ${paidAt} as "paidAt",
      t.created_at as "acceptedAt", t.performed_at as "postedAt", t.cancelled_at as "cancelledAt", to_char(t.value_date, 'YYYY-MM-DD') as "valueDate"
    from payment_transactions t where t.building_id = ${buildingId}::uuid and t.account_id = ${accountId}::uuid
      and not (t.state = 'PENDING' and t.expires_at = 'infinity')
    order by t.created_at desc, t.seq desc limit ${limit}`
}

export type InFlight = {
  /** What the provider accepted and what the person says they paid: not a debt until it is known to have failed. */
  amount: bigint
  items: { kind: 'ACCEPTED' | 'TOLD'; id: string; provider: Provider; number: string; invoiceId: string | null; amount: bigint; at: Date }[]
}

/** Money of an account that is on its way: never shown as debt. */
export async function inFlightOf(ctx: Read, { buildingId, accountId }: Place): Promise<InFlight> {
  const items = await ctx.db.$queryRaw<InFlight['items']>`
    select 'ACCEPTED' as kind, t.payment_id as id, t.provider, t.number::text as number, t.invoice_id as "invoiceId", t.amount, t.created_at as at
      from payment_transactions t where t.building_id = ${buildingId}::uuid and t.account_id = ${accountId}::uuid and t.state = 'PENDING' and t.expires_at >= app.now() and t.expires_at < 'infinity'
    union all
    select 'TOLD', i.intent_id, i.provider, i.number::text, i.invoice_id, i.amount, i.told_paid_at
      from payment_intents i where i.building_id = ${buildingId}::uuid and i.account_id = ${accountId}::uuid
       and i.told_paid_at > app.now() - make_interval(days => ${toldPaymentDays}) and i.withdrawn_at is null
       and not exists (select 1 from payment_transactions t where t.building_id = i.building_id and t.account_id = i.account_id and t.number = i.number
         and t.amount = i.amount and greatest(t.created_at, t.performed_at, t.cancelled_at) >= date_trunc('milliseconds', i.left_at) and not (t.state = 'PENDING' and t.expires_at = 'infinity'))
    order by at`
  return { amount: items.reduce((sum, each) => sum + each.amount, 0n), items }
}

export type Payable = {
  number: string; kind: PayableKind; buildingId: string; accountId: string; premisesId: string; invoiceId: string | null; accountNumber: string
  fund: string | null; country: Country; currency: Currency; houseName: string; unitKind: string; unitNumber: string
  /** Sum of the invoice; null for an account. */
  amount: bigint | null
  dueOn: string | null
  state: 'OPEN' | 'CLOSED' | 'PAID' | 'WITHDRAWN'
  owed: FundAmount[]
  /** Of what an account owes: said to be wrong, while nobody has answered. */
  disputed: bigint
}
type RawPayable = Omit<Payable, 'owed' | 'amount'> & { amount: bigint | null; owed: Record<string, number> | null }

/** What a number of one's own names; null for everybody else. */
export async function findPayable(ctx: Read, number: string): Promise<Payable | null> {
  const rows = await ctx.db.$queryRaw<RawPayable[]>`
    with named as (
      select n.number, 'ACCUMULATING' as kind, n.building_id, n.account_id, n.premises_id, null::uuid as invoice_id, null::text as fund, null::bigint as amount,
        null::date as due_on, case when n.closed_on <= app.today() then 'CLOSED' else 'OPEN' end as state from accounts n
       where n.number = ${number}::char(10) and n.premises_id = any(auth.premises('{payment.read}'))
      union all
      select v.number, 'ONE_TIME', v.building_id, v.account_id, v.premises_id, v.invoice_id, v.fund, v.amount, v.due_on, v.state from payment_invoices v
       where v.number = ${number}::char(10) and v.premises_id = any(auth.premises('{payment.read}')))
    select x.number::text as number, x.kind, x.building_id as "buildingId", x.account_id as "accountId", x.premises_id as "premisesId", x.invoice_id as "invoiceId",
      x.fund, x.amount, to_char(x.due_on, 'YYYY-MM-DD') as "dueOn", x.state, b.country::text as country, case b.country when 'UZ' then 'UZS' else 'KZT' end as currency,
      b.name as "houseName", p.kind as "unitKind", p.number as "unitNumber", a.number::text as "accountNumber", h.balances as owed, case when x.invoice_id is null then app.disputed_sum(x.building_id, x.account_id) else 0::bigint end as disputed
    from named x join buildings b using (building_id)
    join premises p on p.building_id = x.building_id and p.premises_id = x.premises_id
    join accounts a on a.building_id = x.building_id and a.account_id = x.account_id
    left join account_heads h on h.building_id = x.building_id and h.account_id = x.account_id`
  const row = rows[0]
  return row ? { ...row, owed: fundsOf(row.owed) } : null
}

function fundsOf(balances: Record<string, number> | null): FundAmount[] {
  return Object.entries(balances ?? {}).map(([fund, amount]) => ({ fund, amount: BigInt(amount) })).sort((a, b) => (a.fund < b.fund ? -1 : 1))
}

/** The order in force on a day. */
export async function allocationRule(ctx: Read, country: Country, on: string): Promise<AllocationRule & { validFrom: string; verified: boolean }> {
  const rows = await ctx.db.$queryRaw<(AllocationRule & { validFrom: string; verified: boolean })[]>`
    select r.rule_id as "ruleId", r.fund_order as "fundOrder", r.advance_fund as "advanceFund", to_char(r.valid_from, 'YYYY-MM-DD') as "validFrom", r.verified
    from payment_allocation_rules r where r.country = ${country} and r.valid_from <= ${on}::date order by r.valid_from desc limit 1`
  if (!rows[0]) throw new Error(`no order of allocation for ${country} on ${on}`)
  return rows[0]
}

export type MerchantFacts = {
  merchantId: string; provider: Provider; externalId: string; accountField: string; payPage: string; shortAddress: boolean; segment: string
  leastAmount: bigint; mostAmount: bigint; demonstration: boolean; serviceId: string; merchantUserId: string
}

/** Who takes money for this house: the house's own merchant before its company's, that before the operator's. */
export async function merchantsOf(ctx: Context, { buildingId, country }: { buildingId: string; country: Country }): Promise<MerchantFacts[]> {
  const found = await asService(ctx, 'payments', async inner => inner.db.$queryRaw<MerchantFacts[]>`
    select distinct on (m.provider) m.merchant_id as "merchantId", m.provider, m.external_id as "externalId", m.account_field as "accountField", m.pay_page as "payPage",
      m.short_address as "shortAddress", m.segment, m.least_amount as "leastAmount", m.most_amount as "mostAmount", m.demonstration,
      m.service_id as "serviceId", m.merchant_user_id as "merchantUserId"
    from payment_merchants m
    where m.country = ${country} and m.active_from <= app.today() and (m.active_to is null or m.active_to >= app.today())
      and (m.scope_type = 'OPERATOR' or m.scope_id = ${buildingId}::uuid
        or m.scope_type = 'ORGANISATION' and exists (select 1 from building_managements g where g.building_id = ${buildingId}::uuid and g.organisation_id = m.scope_id
          and g.valid_from <= app.today() and (g.valid_to is null or g.valid_to >= app.today())))
    order by m.provider, case m.scope_type when 'BUILDING' then 1 when 'ORGANISATION' then 2 else 3 end, m.segment`)
  return found.toSorted((a, b) => providers.indexOf(a.provider) - providers.indexOf(b.provider))
}

export type OpenInvoice = { number: string; invoiceId: string; accountId: string; fund: string; amount: bigint; dueOn: string; state: string; sourceType: string; sourceId: string; paidAt: Date | null }

export async function invoicesOf(ctx: Read, { buildingId, accountId }: Place): Promise<OpenInvoice[]> {
  return ctx.db.$queryRaw<OpenInvoice[]>`select v.number::text as number, v.invoice_id as "invoiceId", v.account_id as "accountId", v.fund, v.amount, to_char(v.due_on, 'YYYY-MM-DD') as "dueOn",
      v.state, v.source_type as "sourceType", v.source_id as "sourceId", v.paid_at as "paidAt"
    from payment_invoices v where v.building_id = ${buildingId}::uuid and v.account_id = ${accountId}::uuid order by v.due_on, v.number`
}

export type OwnPayable = { number: string; buildingId: string; accountId: string; premisesId: string; houseName: string; unitKind: string; unitNumber: string; currency: Currency; owed: FundAmount[]
  /** Of what is owed: lines of bills that the people of the flat say are wrong, while nobody has answered. */
  disputed: bigint }

/** Accounts of the person's own flats with what is owed on each. */
export async function ownPayables(ctx: Read): Promise<OwnPayable[]> {
  const rows = await ctx.db.$queryRaw<(Omit<OwnPayable, 'owed'> & { owed: Record<string, number> | null })[]>`
    select a.number::text as number, a.building_id as "buildingId", a.account_id as "accountId", a.premises_id as "premisesId", b.name as "houseName", p.kind as "unitKind",
      p.number as "unitNumber", case b.country when 'UZ' then 'UZS' else 'KZT' end as currency,
      (select h.balances from account_heads h where h.building_id = a.building_id and h.account_id = a.account_id) as owed,
      app.disputed_sum(a.building_id, a.account_id) as disputed
    from accounts a join buildings b using (building_id) join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id
    where a.premises_id = any(auth.premises('{payment.read}')) and a.closed_on is null order by b.name, p.kind, p.number`
  return rows.map(row => ({ ...row, owed: fundsOf(row.owed) }))
}

export type ReceiptFacts = PaymentRow & {
  buildingId: string; premisesId: string; externalId: string; fund: string | null; country: Country; accountNumber: string
  houseName: string; addressUz: string; addressKk: string; addressRu: string; organisation: string; unitKind: string; unitNumber: string
  /** As the provider told us (PERFORM, CANCEL), what was sold (ITEM), and how far Click's receipt is (CLICK). */
  fiscal: Partial<Record<'PERFORM' | 'CANCEL' | 'ITEM' | 'CLICK', Record<string, string | number>>>
  split: FundAmount[]
}

/** A payment with its posting; of others, not found. The split is what the ledger has, not what we meant. */
export async function receiptFacts(ctx: Read, { buildingId, paymentId }: { buildingId: string; paymentId: string }): Promise<ReceiptFacts | null> {
  const rows = await ctx.db.$queryRaw<(Omit<ReceiptFacts, 'split'> & { split: { fund: string; amount: string }[] | null })[]>`
    select t.payment_id as "paymentId", t.seq, t.provider, t.number::text as number, t.invoice_id as "invoiceId", t.amount, t.currency::text as currency, t.state, ${paidAt} as "paidAt",
      t.created_at as "acceptedAt", t.performed_at as "postedAt", t.cancelled_at as "cancelledAt", to_char(t.value_date, 'YYYY-MM-DD') as "valueDate",
      t.building_id as "buildingId", t.premises_id as "premisesId", t.external_id as "externalId", t.fund, t.fiscal, b.country::text as country, b.name as "houseName",
      b.address_uz as "addressUz", b.address_kk as "addressKk", b.address_ru as "addressRu", p.kind as "unitKind", p.number as "unitNumber", a.number::text as "accountNumber",
      coalesce((select o.name from building_managements g join organisations o using (organisation_id) where g.building_id = t.building_id and g.method <> 'CALL_CENTRE'
        and g.valid_from <= app.today() and (g.valid_to is null or g.valid_to >= app.today()) order by g.valid_from desc limit 1), '') as organisation,
      (select jsonb_agg(jsonb_build_object('fund', e.fund, 'amount', (-e.amount)::text) order by e.line) from ledger_entries e
        where e.building_id = t.building_id and e.account_key = t.account_id and e.period = to_char(t.value_date, 'YYYY-MM') and e.transaction_id = t.payment_id) as split
    from payment_transactions t join buildings b using (building_id)
    join premises p on p.building_id = t.building_id and p.premises_id = t.premises_id
    join accounts a on a.building_id = t.building_id and a.account_id = t.account_id
    where t.building_id = ${buildingId}::uuid and t.payment_id = ${paymentId}::uuid`
  const row = rows[0]
  return row ? { ...row, split: (row.split ?? []).map(each => ({ fund: each.fund, amount: BigInt(each.amount) })) } : null
}

/** Is any of this payment money of a programme, as the ledger split it? */
export async function paidIntoProgramme(ctx: Pick<Context, 'db'>, { buildingId, paymentId }: { buildingId: string; paymentId: string }): Promise<boolean> {
  const rows = await ctx.db.$queryRaw<{ found: boolean }[]>`
    select exists (select 1 from ledger_entries e where e.building_id = t.building_id and e.account_key = t.account_id and e.period = to_char(t.value_date, 'YYYY-MM')
      and e.transaction_id = t.payment_id and e.fund like 'PROGRAMME:%') as found
    from payment_transactions t where t.building_id = ${buildingId}::uuid and t.payment_id = ${paymentId}::uuid`
  return rows[0]?.found ?? false
}

/** Why money of a programme is not taken back out of its fund: the house gave it back, or an act has paid with it. */
export async function reversalRefusal(ctx: Pick<Context, 'db'>, { buildingId, paymentId }: { buildingId: string; paymentId: string }): Promise<'GIVEN_BACK' | 'SPENT' | null> {
  const rows = await ctx.db.$queryRaw<{ refusal: 'GIVEN_BACK' | 'SPENT' | null }[]>`select app.reversal_refusal(t) as refusal from payment_transactions t
    where t.building_id = ${buildingId}::uuid and t.payment_id = ${paymentId}::uuid`
  return rows[0]?.refusal ?? null
}
