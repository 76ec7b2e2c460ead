import 'server-only'
import { serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { addPeriods, firstDay, lastDay, type Period } from '#server/kernel/period.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { correctedBy, findingsLeft } from '#server/billing/reissue/lacking.ts'
import type { ChargedSum, Closing, CountedSum, Counts, GatheredSum, MonthBar, MonthHouse } from './schema.ts'

type Read = Pick<Context, 'db'>
type Of<Item> = Item & { buildingId: string }
type Wanted = { buildingIds: readonly string[]; period: Period }

const theHouse = '00000000-0000-0000-0000-000000000000'

/**
 * Houses of an organisation as far as the session bills them, with what became of the month in each, and the first month before
 * it that is not finished: after the last closed one, or from the house's first run or order.
 */
export async function housesOfMonth(ctx: Read, { organisationId, buildingId = null }: { organisationId: string; buildingId?: string | null }, period: Period): Promise<MonthHouse[]> {
  const last = lastDay(period)
  return ctx.db.$queryRaw<MonthHouse[]>`
    with house as materialized (
      select b.building_id, b.name, b.country, (select max(m.period)::text from month_closings m where m.building_id = b.building_id) as closed,
        least((select min(r.period) from billing_runs r where r.building_id = b.building_id), (select min(w.period) from billing_orders w where w.building_id = b.building_id))::text as begun
      from buildings b
      where b.building_id = any(auth.buildings('{billing.run}')) and (${buildingId}::uuid is null or b.building_id = ${buildingId}::uuid) and exists (select 1 from building_managements k where k.building_id = b.building_id and k.organisation_id = ${organisationId}::uuid
        and k.method <> 'CALL_CENTRE' and k.valid_from <= ${last}::date and (k.valid_to is null or k.valid_to >= app.today()))),
    month as materialized (
      select h.building_id, p.period, n.accounts, r.total + ${correctedBy} as total,
        case when r.run_id is not null then 'POSTED' when w.state in ('WAITING', 'HELD') then w.state
          when n.accounts > 0 and (exists (select 1 from house_services s where s.building_id = h.building_id and s.valid_from <= p.last and coalesce(s.valid_to, 'infinity') >= p.first)
            or exists (select 1 from contribution_rates c where c.building_id = h.building_id and c.valid_from <= p.last and coalesce(c.valid_to, 'infinity') >= p.first)
            or exists (select 1 from heat_contracts c where c.building_id = h.building_id and c.published_at is not null and c.valid_from <= p.last and coalesce(c.valid_to, 'infinity') >= p.first)) then 'NONE'
          else 'NOTHING' end as state
      from house h
      cross join lateral (select to_char(g.first, 'YYYY-MM') as period, g.first::date as first, (g.first + interval '1 month - 1 day')::date as last
        from generate_series(least(case when h.closed is not null then (h.closed || '-01')::timestamp + interval '1 month' else (h.begun || '-01')::timestamp end, ${firstDay(period)}::timestamp),
          ${firstDay(period)}::timestamp, interval '1 month') g(first)) p
      cross join lateral (select count(*)::int as accounts from accounts a where a.building_id = h.building_id and a.opened_on <= p.last and (a.closed_on is null or a.closed_on >= p.first)) n
      left join billing_runs r on r.building_id = h.building_id and r.period = p.period
      left join billing_orders w on w.building_id = h.building_id and w.period = p.period)
    select h.building_id::text as "buildingId", h.name, case h.country when 'UZ' then 'UZS' else 'KZT' end as currency, o.accounts, o.total, coalesce((select jsonb_array_length(${findingsLeft}) from billing_runs r where r.building_id = h.building_id and r.period = o.period), 0) as findings, o.state, h.closed as "closedThrough",
      (select min(e.period) from month e where e.building_id = h.building_id and e.period < ${period} and e.state in ('WAITING', 'HELD', 'NONE')) as earlier
    from house h join month o on o.building_id = h.building_id and o.period = ${period}
    order by h.name, h.building_id`
}

/** Charged by service as the bills have it, and by fund what was charged without a bill. Adjustments stand apart. */
export async function chargedOf(ctx: Read, { buildingIds, period }: Wanted): Promise<Of<ChargedSum>[]> {
  return ctx.db.$queryRaw<Of<ChargedSum>[]>`
    with price as materialized (
      select r.building_id, i ->> 'key' as key, i ->> 'service' as service, i ->> 'fund' as fund from billing_runs r, jsonb_array_elements(r.prices -> 'items') i
       where r.building_id = any(${buildingIds}::text[]::uuid[]) and r.period = ${period}
      union select k.building_id, i ->> 'key', i ->> 'service', i ->> 'fund' from bill_corrections k, jsonb_array_elements(k.prices -> 'items') i
       where k.building_id = any(${buildingIds}::text[]::uuid[]) and k.period = ${period} and k.posted_at is not null),
    line as materialized (
      select b.building_id, l ->> 'key' as key, sum((l ->> 'net')::bigint + (l ->> 'vat')::bigint) as amount from current_bills b, json_array_elements(b.lines) l
       where b.building_id = any(${buildingIds}::text[]::uuid[]) and b.period = ${period} group by 1, 2),
    other as (
      select e.building_id, case when e.fund like 'PROGRAMME:%' then 'PROGRAMME' else e.fund end as fund, -sum(e.amount) as amount from ledger_entries e
       where e.building_id = any(${buildingIds}::text[]::uuid[]) and e.account_key = ${theHouse}::uuid and e.period = ${period} and e.ledger = 'INCOME'
         and e.kind <> 'ADJUSTMENT' and e.source_type not in ('billingRun', 'billCorrection') group by 1, 2)
    select l.building_id::text as "buildingId", p.service, p.fund, sum(l.amount)::bigint as amount from line l join price p using (building_id, key) group by 1, 2, 3
    union all select o.building_id::text, 'OTHER', o.fund, o.amount::bigint from other o where o.amount <> 0`
}

/** Payments that bear a day of the month, by the way they came; and what was given back in it. */
export async function gatheredOf(ctx: Read, { buildingIds, period }: Wanted): Promise<Of<GatheredSum>[]> {
  const [first, last] = [firstDay(period), lastDay(period)]
  return ctx.db.$queryRaw<Of<GatheredSum>[]>`
    with moved as (
      select t.building_id, t.amount, t.value_date between ${first}::date and ${last}::date as came, t.state = 'REFUNDED' and (t.cancelled_at at time zone interval '5 hours')::date between ${first}::date and ${last}::date as went,
        case when t.provider = 'bank' and exists (select 1 from statement_settlements z join statements s using (building_id, statement_id)
          where z.building_id = t.building_id and z.payment_id = t.payment_id and not z.linked and s.source = 'desk') then 'desk' else t.provider end as channel
        from payment_transactions t where t.building_id = any(${buildingIds}::text[]::uuid[]) and t.state in ('PAID', 'REFUNDED')
         and (t.value_date between ${first}::date and ${last}::date or t.state = 'REFUNDED' and (t.cancelled_at at time zone interval '5 hours')::date between ${first}::date and ${last}::date))
    select m.building_id::text as "buildingId", m.channel, count(*) filter (where m.came)::int as count, coalesce(sum(m.amount) filter (where m.came), 0)::bigint as amount,
      coalesce(sum(m.amount) filter (where m.went), 0)::bigint as "givenBack" from moved m group by 1, 2`
}

/** Lines of bills up to this month that their people say are wrong, while nobody has answered. */
export async function disputedOf(ctx: Read, { buildingIds, period }: Wanted): Promise<Of<CountedSum>[]> {
  return ctx.db.$queryRaw<Of<CountedSum>[]>`select d.building_id::text as "buildingId", count(*)::int as count, sum(app.disputed_now(d))::bigint as amount
    from bill_disputes d join requests q on q.building_id = d.building_id and q.request_id = d.request_id
    where d.building_id = any(${buildingIds}::text[]::uuid[]) and d.period <= ${period} and q.state not in ('CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED') group by 1`
}

/** Debts changed in the month on an inspection's conclusion. */
export async function adjustedOf(ctx: Read, { buildingIds, period }: Wanted): Promise<Of<CountedSum>[]> {
  return ctx.db.$queryRaw<Of<CountedSum>[]>`select e.building_id::text as "buildingId", count(*)::int as count, -sum(e.amount)::bigint as amount from ledger_entries e
    where e.building_id = any(${buildingIds}::text[]::uuid[]) and e.account_key = ${theHouse}::uuid and e.period = ${period} and e.kind = 'ADJUSTMENT' group by 1`
}

/** Up to the end of the month: differences nobody has explained, accepted lines without a place, files not posted. */
export async function countsOf(ctx: Read, { buildingIds, period }: Wanted): Promise<Of<Counts>[]> {
  const last = lastDay(period)
  return ctx.db.$queryRaw<Of<Counts>[]>`select b.id::text as "buildingId",
      (select count(*)::int from reconciliation_differences d where d.building_id = b.id and d.gone_at is null and d.explained_at is null and d.day <= ${last}::date) as differences,
      (select count(*)::int from statement_lines l where l.building_id = b.id and l.kept and l.state = 'EXCEPTION' and l.line_date <= ${last}::date) as lines,
      (select count(*)::int from statements s where s.building_id = b.id and s.state in ('RECEIVED', 'READING', 'READ', 'POSTING') and coalesce(s.period_from, ${last}::date) <= ${last}::date) as statements
    from unnest(${buildingIds}::text[]::uuid[]) b(id)`
}

/** Twelve months to this one, by the book. */
export async function barsOf(ctx: Read, { buildingIds, period }: Wanted): Promise<MonthBar[]> {
  const rows = await ctx.db.$queryRaw<MonthBar[]>`select e.period::text as period, coalesce(-sum(e.amount) filter (where e.ledger = 'INCOME'), 0)::bigint as charged,
      coalesce(sum(e.amount) filter (where e.kind <> 'OPENING' and (e.ledger = 'BANK' or e.ledger like 'CLEARING:%' or e.ledger = 'EXPENSE' or e.ledger like 'EXPENSE:%')), 0)::bigint as gathered
    from ledger_entries e where e.building_id = any(${buildingIds}::text[]::uuid[]) and e.account_key = ${theHouse}::uuid and e.period between ${addPeriods(period, -11)} and ${period} group by 1`
  const found = new Map(rows.map(row => [row.period, row]))
  return Array.from({ length: 12 }, (_, index) => addPeriods(period, index - 11)).map(each => found.get(each) ?? { period: each, charged: 0n, gathered: 0n })
}

export type Saldo = { opening: bigint; closing: bigint }

/**
 * What the accounts owed together, less what was paid ahead, before the month and at its end. By the heads of today and the house's side of the
 * later entries, which is the exact opposite of the accounts': the whole history is never summed.
 */
export async function saldoOf(ctx: Read, { buildingIds, period }: Wanted): Promise<Saldo> {
  const rows = await ctx.db.$queryRaw<Saldo[]>`
    with later as (select coalesce(sum(e.amount) filter (where e.period > ${period}), 0) as after, coalesce(sum(e.amount), 0) as since
      from ledger_entries e where e.building_id = any(${buildingIds}::text[]::uuid[]) and e.account_key = ${theHouse}::uuid and e.period >= ${period})
    select (h.total + l.since)::bigint as opening, (h.total + l.after)::bigint as closing
      from (select coalesce(sum(a.total), 0) as total from account_heads a where a.building_id = any(${buildingIds}::text[]::uuid[])) h, later l`
  return rows[0] ?? { opening: 0n, closing: 0n }
}

export type SealState = { houses: number; sealed: number; day: string | null }

/** How many of the houses have their book sealed through the end of the month, and the day through which all are. */
export async function sealsOfMonth(ctx: Read, { buildingIds, period }: Wanted): Promise<SealState> {
  const rows = await ctx.db.$queryRaw<SealState[]>`
    with own as (select (select max(h.day) from ledger_heads h where h.building_id = b.id) as day from unnest(${buildingIds}::text[]::uuid[]) b(id)
      where exists (select 1 from account_heads a where a.building_id = b.id and a.seq > 0))
    select count(*)::int as houses, count(*) filter (where o.day >= ${lastDay(period)}::date)::int as sealed,
      case when count(*) = count(o.day) then to_char(min(o.day), 'YYYY-MM-DD') end as day from own o`
  return rows[0] ?? { houses: 0, sealed: 0, day: null }
}

type Verified = { broken: boolean; posted: string }

/** Whether a house's book verifies, recomputed whole under no lock; and what the months that a closing takes in held before that. */
export function verifiedBook(request: RequestScope, { buildingId, period }: { buildingId: string; period: Period }): Promise<Verified> {
  return serviceTransaction('billing', async ctx => {
    const [months] = await postedOf(ctx, { buildingIds: [buildingId], period })
    return { broken: (await verifyLedger(ctx, buildingId)).length > 0, posted: months?.posted ?? '' }
  }, request)
}

/** Count and last entry of the months that a closing takes in: the same again, where nothing was posted into them meanwhile. */
export async function postedOf(ctx: Read, { buildingIds, period }: Wanted): Promise<Of<{ posted: string }>[]> {
  return ctx.db.$queryRaw<Of<{ posted: string }>[]>`select b.id::text as "buildingId", l.posted from unnest(${buildingIds}::text[]::uuid[]) b(id)
    cross join lateral (select coalesce(max(m.period), '') as closed from month_closings m where m.building_id = b.id) c
    cross join lateral (select count(*) || ' ' || coalesce(max(e.posted_at), 'epoch')::text as posted from ledger_entries e where e.building_id = b.id and e.period > c.closed and e.period <= ${period}) l`
}

type RawClosing = Omit<Closing, 'charged' | 'gathered' | 'houses' | 'closedAt'> & { charged: Stored<ChargedSum>[]; gathered: Stored<GatheredSum>[]; closedAt: Date }
type Stored<Item> = { [Key in keyof Item]: Item[Key] extends bigint ? string : Item[Key] }

/** Rows of the houses that are closed for this very month. */
export async function closingsOf(ctx: Read, { buildingIds, period }: Wanted): Promise<Omit<Closing, 'houses'>[]> {
  const rows = await ctx.db.$queryRaw<RawClosing[]>`select m.closed_at as "closedAt", m.charged, m.gathered, m.charged_total as "chargedTotal", m.gathered_total as "gatheredTotal", m.disputed, m.adjusted,
      to_char(m.head_day, 'YYYY-MM-DD') as "headDay", coalesce(m.head_links, 0) as "headLinks"
    from month_closings m where m.building_id = any(${buildingIds}::text[]::uuid[]) and m.period = ${period}`
  return rows.map(row => ({
    ...row, charged: row.charged.map(each => ({ ...each, amount: BigInt(each.amount) })),
    gathered: row.gathered.map(each => ({ ...each, amount: BigInt(each.amount), givenBack: BigInt(each.givenBack) })),
  }))
}
