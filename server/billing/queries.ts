import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import type { Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { Currency } from '#server/kernel/money.ts'
import { consumptionOf, type Consumption } from '#server/meters/consumption/queries.ts'
import { assertMayRead } from './policy.ts'
import type { BillKey, BillLine, Finding, PricePlan } from './schema.ts'

export type HouseLabel = {
  buildingId: string; country: Country; name: string; addressUz: string; addressKk: string; addressRu: string
  organisation: string; unitKind: string; unitNumber: string; areaM2: string
}
export type MonthTotal = { period: string; total: bigint }
export type ActWords = { actId: string; number: string; issuedOn: string | null; titleUz: string; titleKk: string; titleRu: string; url: string; verified: boolean }
export type StoredBill = {
  buildingId: string; accountId: string; premisesId: string; number: string; period: string; dueOn: string; currency: Currency
  total: bigint; vat: bigint; openingBalance: bigint; hash: string; issuedAt: string
  lines: BillLine[]; prices: PricePlan; findings: Finding[]
}
export type BillPage = {
  bill: StoredBill
  previous: { period: string; total: bigint; lines: BillLine[]; prices: PricePlan } | null
  months: MonthTotal[]
  /** Owed now by the ledger, all funds. */
  balance: bigint
  house: HouseLabel
  accountNumber: string
  acts: ActWords[]
}

// A bill as JSON; amounts travel as text, because JSON has no bigint.
const billJson = Prisma.sql`jsonb_build_object('buildingId', b.building_id, 'accountId', b.account_id, 'premisesId', b.premises_id, 'number', b.bill_number,
  'period', b.period, 'dueOn', b.due_on, 'currency', b.currency, 'total', b.total::text, 'vat', b.vat::text, 'openingBalance', b.opening_balance::text,
  'hash', encode(b.hash, 'hex'), 'issuedAt', b.issued_at, 'lines', b.lines, 'prices', r.prices, 'findings', r.findings)`

const houseLabel = Prisma.sql`select jsonb_build_object('buildingId', g.building_id, 'country', g.country, 'name', g.name, 'addressUz', g.address_uz,
    'addressKk', g.address_kk, 'addressRu', g.address_ru, 'unitKind', u.kind, 'unitNumber', u.number, 'areaM2', trim_scale(u.area_m2)::text,
    'organisation', coalesce((select o.name from building_managements k join organisations o on o.organisation_id = k.organisation_id
      where k.building_id = g.building_id and k.method <> 'CALL_CENTRE' and k.valid_from <= app.today() and (k.valid_to is null or k.valid_to >= app.today())
      order by k.valid_from desc limit 1), '')) as label
  from buildings g join premises u on u.building_id = g.building_id and u.premises_id = n.premises_id where g.building_id = n.building_id`

type Raw = {
  bill: Omit<StoredBill, 'total' | 'vat' | 'openingBalance'> & { total: string; vat: string; openingBalance: string }
  previous: { period: string; total: string; lines: BillLine[]; prices: PricePlan } | null
  months: { period: string; total: string }[]; balance: string; house: HouseLabel; accountNumber: string; acts: ActWords[]
}

/** A bill with all that explains it, in one round trip. Not one's own: not found. */
export async function billPage(ctx: Pick<Context, 'db' | 'actor'>, key: BillKey): Promise<BillPage> {
  const rows = await ctx.db.$queryRaw<{ page: Raw }[]>`
    select jsonb_build_object(
      'accountNumber', n.number, 'bill', ${billJson}, 'house', h.label,
      'previous', (select jsonb_build_object('period', p.period, 'total', p.total::text, 'lines', p.lines, 'prices', q.prices)
         from bills p join billing_runs q on q.building_id = p.building_id and q.period = p.period
        where p.building_id = b.building_id and p.account_id = b.account_id and p.period = to_char((b.period || '-01')::date - interval '1 month', 'YYYY-MM')),
      'months', (select jsonb_agg(jsonb_build_object('period', m.period, 'total', m.total::text) order by m.period) from bills m
        where m.building_id = b.building_id and m.account_id = b.account_id and m.period <= b.period
          and m.period > to_char((b.period || '-01')::date - interval '12 months', 'YYYY-MM')),
      'balance', (select coalesce(sum(f.value::bigint), 0)::text from account_heads a cross join lateral jsonb_each_text(a.balances) f
        where a.building_id = b.building_id and a.account_id = b.account_id),
      'acts', (select coalesce(jsonb_agg(jsonb_build_object('actId', l.act_id, 'number', l.number, 'issuedOn', l.issued_on, 'titleUz', l.title_uz, 'titleKk', l.title_kk,
          'titleRu', l.title_ru, 'url', l.url, 'verified', l.verified)), '[]') from legal_acts l
        where l.act_id in (select i ->> 'actId' from jsonb_array_elements(r.prices -> 'items') i))) as page
    from account_numbers n
    join bills b on b.building_id = n.building_id and b.account_id = n.account_id and b.period = ${key.period}
    join billing_runs r on r.building_id = b.building_id and r.period = b.period
    cross join lateral (${houseLabel}) h
    where n.number = ${key.number}`
  const page = rows[0]?.page
  assertMayRead(ctx.actor, page ? { buildingId: page.bill.buildingId, premisesId: page.bill.premisesId } : null)
  if (!page) throw new Error('unreachable')
  return {
    ...page,
    bill: { ...page.bill, total: BigInt(page.bill.total), vat: BigInt(page.bill.vat), openingBalance: BigInt(page.bill.openingBalance) },
    previous: page.previous && { ...page.previous, total: BigInt(page.previous.total) },
    months: page.months.map(each => ({ ...each, total: BigInt(each.total) })),
    balance: BigInt(page.balance),
  }
}

export type MyAccount = {
  accountNumber: string; accountId: string; house: HouseLabel; currency: Currency
  balance: bigint
  /** Of the balance: what stands in the funds of repair programmes, which have invoices of their own. */
  programmes: bigint
  lastBill: { period: string; dueOn: string; total: bigint; openingBalance: bigint } | null; months: MonthTotal[]
}
type RawAccount = Omit<MyAccount, 'balance' | 'programmes' | 'lastBill' | 'months'> & {
  balance: string; programmes: string; lastBill: { period: string; dueOn: string; total: string; openingBalance: string } | null; months: { period: string; total: string }[]
}

/** The accounts of the person's own flats with their last twelve bills; one round trip. */
export async function myAccounts(ctx: Pick<Context, 'db'>): Promise<MyAccount[]> {
  const rows = await ctx.db.$queryRaw<{ account: RawAccount }[]>`
    select jsonb_build_object('accountNumber', n.number, 'accountId', n.account_id, 'house', h.label, 'currency', case h.label ->> 'country' when 'UZ' then 'UZS' else 'KZT' end,
      'balance', (select coalesce(sum(f.value::bigint), 0)::text from account_heads a cross join lateral jsonb_each_text(a.balances) f
        where a.building_id = n.building_id and a.account_id = n.account_id),
      'programmes', (select coalesce(sum(f.value::bigint), 0)::text from account_heads a cross join lateral jsonb_each_text(a.balances) f
        where a.building_id = n.building_id and a.account_id = n.account_id and f.key like 'PROGRAMME:%'),
      'lastBill', m.last, 'months', coalesce(m.months, '[]')) as account
    from accounts n
    cross join lateral (${houseLabel}) h
    left join lateral (
      select (jsonb_agg(jsonb_build_object('period', x.period, 'dueOn', x.due_on, 'total', x.total::text, 'openingBalance', x.opening_balance::text) order by x.period desc)) -> 0 as last,
        jsonb_agg(jsonb_build_object('period', x.period, 'total', x.total::text) order by x.period) as months
        from (select b.* from bills b where b.building_id = n.building_id and b.account_id = n.account_id
          and b.period > to_char(app.today() - interval '13 months', 'YYYY-MM') order by b.period desc limit 12) x) m on true
   where n.premises_id = any(auth.premises('{bill.read}')) and n.closed_on is null
   order by h.label ->> 'name', n.number`
  return rows.map(({ account }) => ({
    ...account,
    balance: BigInt(account.balance),
    programmes: BigInt(account.programmes),
    lastBill: account.lastBill && { ...account.lastBill, total: BigInt(account.lastBill.total), openingBalance: BigInt(account.lastBill.openingBalance) },
    months: account.months.map(each => ({ ...each, total: BigInt(each.total) })),
  }))
}

/** Readings behind the volumes of a bill: registers before and after, the day, the photo's place. */
export async function readingsOfBill(ctx: Pick<Context, 'db'>, bill: { buildingId: string; premisesId: string; period: string }): Promise<Consumption[]> {
  const all = await consumptionOf(ctx.db, bill.buildingId, bill.period)
  return all.filter(each => each.premisesId === bill.premisesId)
}
