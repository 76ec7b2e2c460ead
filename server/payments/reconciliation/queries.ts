import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Currency } from '#server/kernel/money.ts'
import { addDays, type LocalDate } from '#server/kernel/period.ts'
import type { Difference, OurPayment, TheirPayment } from './rules.ts'

type Read = Pick<Context, 'db'>
type Day = { buildingId: string; day: LocalDate }
export type Of<Item> = Item & { provider: string }

/** What we have of a day and its neighbours: paid and given back, by provider. */
export async function ourPayments(ctx: Read, { buildingId, day }: Day): Promise<Of<OurPayment>[]> {
  return ctx.db.$queryRaw<Of<OurPayment>[]>`
    select t.provider, (array_agg(t.payment_id order by t.seq))[1] as "paymentId", coalesce(min(nullif(l.document, '')), min(case when t.provider = 'halyk' then split_part(t.external_id, '/', 1) else t.external_id end)) as key, coalesce(sum(t.amount) filter (where t.state = 'PAID'), sum(t.amount))::bigint as amount,
        min(t.state) as state, to_char(t.value_date, 'YYYY-MM-DD') as day, min(t.number::text) as number
      from payment_transactions t
      -- One operation of a registry, spread over accounts by a person, is one operation.
      left join statement_settlements z on z.building_id = t.building_id and z.payment_id = t.payment_id and not z.linked and t.provider <> 'bank'
      left join statement_lines l on l.building_id = z.building_id and l.statement_id = z.statement_id and l.row_number = z.row_number
     where t.building_id = ${buildingId}::uuid and t.state in ('PAID', 'REFUNDED') and t.value_date between ${addDays(day, -1)}::date and ${addDays(day, 1)}::date
     group by t.provider, t.value_date, coalesce(z.statement_id || '/' || z.row_number, t.payment_id::text) order by t.provider, min(t.seq)`
}

/** For so many days a provider that does not tell is only asked again. */
const patience = 2

/** What they have told of it: registries by operation; of the bank itself, lines that became payments and lines that wait. */
export async function theirPayments(ctx: Read, { buildingId, day }: Day): Promise<Of<TheirPayment>[]> {
  return ctx.db.$queryRaw<Of<TheirPayment>[]>`
    with lines as materialized (
      select l.*, s.source from statement_lines l join statements s using (building_id, statement_id) where l.building_id = ${buildingId}::uuid and l.kept and l.direction = 'IN'
         and l.line_date between ${addDays(day, -1)}::date and ${addDays(day, 1)}::date)
    select null as doubt, l.source as provider, coalesce(nullif(l.document, ''), l.statement_id || '/' || l.row_number) as key, l.amount, l.returned, to_char(l.line_date, 'YYYY-MM-DD') as day, coalesce(l.number::text, l.numbers[1], '') as number,
        l.statement_id as "statementId", l.row_number::float8 as row
      from lines l where l.source not in ('', 'desk') and l.state <> 'ELSEWHERE' and (l.state <> 'REJECTED' or l.returned and l.reason = 'RETURNED')
    union all
    -- Where no registry tells of the payment's own day (as reconcile-day judges it), nor of the payment itself on a day beside it: its answer to our question.
    select case when w.state in ('OTHER', 'UNKNOWN') then w.state end, t.provider, k.key, coalesce(w.amount, t.amount), w.state <> 'PAID', to_char(t.value_date, 'YYYY-MM-DD'), t.number::text, null, null
      from provider_words w join payment_transactions t on t.building_id = w.building_id and t.payment_id = w.payment_id
      cross join lateral (select case when t.provider = 'halyk' then split_part(t.external_id, '/', 1) else t.external_id end as key) k
     where w.building_id = ${buildingId}::uuid and w.state <> 'MISSING' and (w.state <> 'UNKNOWN' or t.value_date < app.today() - ${patience}::int) and t.value_date between ${addDays(day, -1)}::date and ${addDays(day, 1)}::date
       -- That it was given back counts whatever a registry of its day says.
       and (w.state = 'REFUNDED' or not exists (select from lines l where l.source = t.provider and (l.line_date = t.value_date or l.document = k.key) and not l.returned and l.state not in ('ELSEWHERE', 'REJECTED')))
    union all
    -- Given back in a registry of a later day, or by the provider's own call: the same word, however late.
    select distinct null, t.provider, k.key, coalesce(l.amount, t.amount), true, to_char(t.value_date, 'YYYY-MM-DD'), t.number::text, l.statement_id, l.row_number::float8
      from payment_transactions t cross join lateral (select split_part(t.external_id, '/', 1) as key) k
      left join lateral (select l.* from statement_lines l join statements s using (building_id, statement_id) where l.building_id = t.building_id and l.kept and l.line_date > ${addDays(day, 1)}::date and l.returned
        and l.document = k.key and s.source = t.provider and l.state <> 'ELSEWHERE' and (l.state <> 'REJECTED' or l.reason = 'RETURNED') limit 1) l on true
     where t.building_id = ${buildingId}::uuid and t.provider <> 'bank' and t.state in ('PAID', 'REFUNDED') and t.value_date between ${addDays(day, -1)}::date and ${addDays(day, 1)}::date
       and (l.statement_id is not null or t.state = 'REFUNDED' and app.kept_cancel(t) is not null)
    union all
    -- Money at the bank that our order does not fit: with the bank, and not with us, until a person decides.
    select null, 'halyk', o.number, coalesce(o.bank_amount, t.amount), false, to_char(k.day, 'YYYY-MM-DD'), t.number::text, null, null
      from halyk_orders o join payment_transactions t on t.building_id = o.building_id and t.payment_id = o.payment_id cross join lateral (select (o.opened_at at time zone interval '5 hours')::date as day) k
     where o.building_id = ${buildingId}::uuid and o.state = 'QUARANTINED' and o.bank_state = 'CHARGE' and t.state not in ('PAID', 'REFUNDED') and k.day between ${addDays(day, -1)}::date and ${addDays(day, 1)}::date
       and not exists (select from lines l where l.source = 'halyk' and l.document = o.number)
    union all
    select null, 'bank', t.external_id, t.amount, false, to_char(l.line_date, 'YYYY-MM-DD'), t.number::text, l.statement_id, l.row_number::float8
      from lines l join statement_settlements z using (building_id, statement_id, row_number) join payment_transactions t on t.building_id = z.building_id and t.payment_id = z.payment_id and t.provider = 'bank'
     where l.source in ('', 'desk') and not z.linked
    union all
    select null, 'bank', l.statement_id || '/' || l.row_number, l.amount, false, to_char(l.line_date, 'YYYY-MM-DD'), '', l.statement_id, l.row_number::float8
      from lines l where l.source in ('', 'desk') and l.state = 'EXCEPTION' and l.problem not in ('LUMP_TOO_LARGE', 'LUMP_ELSEWHERE', 'REVERSED')`
}

/** Payments of these days that their provider answered for when asked; what it did not find is missing there. */
export async function answeredFor(ctx: Read, { buildingId, day }: Day): Promise<Set<string>> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`select w.payment_id as id from provider_words w join payment_transactions t on t.building_id = w.building_id and t.payment_id = w.payment_id
    where w.building_id = ${buildingId}::uuid and (w.state <> 'UNKNOWN' or t.value_date < app.today() - ${patience}::int) and t.value_date between ${addDays(day, -1)}::date and ${addDays(day, 1)}::date`
  return new Set(rows.map(row => row.id))
}

/** Lumps of providers on the house's account that day, and what of them we could not place. */
export async function lumpsOf(ctx: Read, { buildingId, day }: Day): Promise<{ provider: string; amount: bigint; placed: boolean; statementId: string; row: number }[]> {
  return ctx.db.$queryRaw`select l.provider, l.amount, l.statement_id as "statementId", l.row_number::float8 as row, exists (select from ledger_entries e where e.building_id = l.building_id
      and e.account_key = '00000000-0000-0000-0000-000000000000' and e.period = to_char(l.line_date, 'YYYY-MM') and e.source_type = 'bankStatement' and e.source_id = l.statement_id || '/' || l.row_number) as placed
    from statement_lines l where l.building_id = ${buildingId}::uuid and l.kept and l.line_date = ${day}::date and (l.state = 'PROVIDER' or (l.state = 'EXCEPTION' and l.problem = 'LUMP_TOO_LARGE'))`
}

/** Providers of which a difference of that day still stands. */
export async function differingProviders(ctx: Read, { buildingId, day }: Day): Promise<{ provider: string }[]> {
  return ctx.db.$queryRaw<{ provider: string }[]>`select distinct provider from reconciliation_differences where building_id = ${buildingId}::uuid and day = ${day}::date and gone_at is null`
}

export type DayRow = { buildingId: string; houseName: string; provider: string; day: LocalDate; currency: Currency; ourCount: number; ourSum: bigint; theirCount: number | null; theirSum: bigint | null; transferred: bigint; differences: number; unexplained: number; runAt: Date }

/** Days of providers in the houses of this session, the newest first. */
export async function reconciledDays(ctx: Read, { buildingId, from }: { buildingId: string | null; from: LocalDate }): Promise<DayRow[]> {
  return ctx.db.$queryRaw<DayRow[]>`select r.building_id as "buildingId", b.name as "houseName", r.provider, to_char(r.day, 'YYYY-MM-DD') as day, case b.country when 'UZ' then 'UZS' else 'KZT' end as currency, r.our_count as "ourCount",
      r.our_sum as "ourSum", r.their_count as "theirCount", r.their_sum as "theirSum", r.transferred, r.differences, r.run_at as "runAt",
      (select count(*)::int from reconciliation_differences d where d.building_id = r.building_id and d.provider = r.provider and d.day = r.day and d.gone_at is null and d.explained_at is null) as unexplained
    from reconciliations r join buildings b using (building_id) where r.day >= ${from}::date and (${buildingId}::uuid is null or r.building_id = ${buildingId}::uuid)
    order by r.day desc, b.name, r.provider limit 200`
}

export type DifferenceRow = Difference & { buildingId: string; differenceId: string; houseName: string; currency: Currency; provider: string; day: LocalDate; foundAt: Date; explanation: string | null; explainedAt: Date | null; overdue: boolean }

const fields = `d.building_id as "buildingId", d.difference_id as "differenceId", b.name as "houseName", case b.country when 'UZ' then 'UZS' else 'KZT' end as currency, d.provider, to_char(d.day, 'YYYY-MM-DD') as day, d.class, d.subject,
  d.payment_id as "paymentId", d.statement_id as "statementId", d.row_number::float8 as row, d.our_amount as "ourAmount", d.their_amount as "theirAmount", d.our_state as "ourState", d.their_state as "theirState", d.found_at as "foundAt",
  d.explanation, d.explained_at as "explainedAt",
  d.explained_at is null and (select count(*) from generate_series(d.day + 1, app.today(), interval '1 day') g(day) left join calendar_days c on c.country = b.country and c.day = g.day::date
    where coalesce(c.working, extract(isodow from g.day) < 6)) > 2 as overdue`

/** Differences that are still there, explained ones of these days; those without an explanation first, however old. `overdue`: two working days have passed. */
export async function openDifferences(ctx: Read, { buildingId, from }: { buildingId: string | null; from: LocalDate }): Promise<DifferenceRow[]> {
  return ctx.db.$queryRawUnsafe<DifferenceRow[]>(`select ${fields} from reconciliation_differences d join buildings b using (building_id)
    where d.gone_at is null and (d.explained_at is null or d.day >= $2::date) and ($1::uuid is null or d.building_id = $1::uuid) order by d.explained_at is not null, d.day, d.provider, d.subject limit 300`, buildingId, from)
}

export async function findDifference(ctx: Read, buildingId: string, differenceId: string): Promise<DifferenceRow | null> {
  const rows = await ctx.db.$queryRawUnsafe<DifferenceRow[]>(`select ${fields} from reconciliation_differences d join buildings b using (building_id) where d.building_id = $1::uuid and d.difference_id = $2::uuid`, buildingId, differenceId)
  return rows[0] ?? null
}

export type Kept = { provider: string; ourCount: number; ourSum: bigint; theirCount: number | null; theirSum: bigint | null; transferred: bigint; differences: readonly Difference[] }

/** The day as it is now: what was found before and is no longer there is marked as gone, with its explanation kept. */
export async function keepDay(ctx: Context, { buildingId, day }: Day, kept: Kept): Promise<void> {
  const { provider, differences } = kept
  await ctx.db.$executeRaw`insert into reconciliations (building_id, provider, day, our_count, our_sum, their_count, their_sum, transferred, differences, run_at)
    values (${buildingId}::uuid, ${provider}, ${day}::date, ${kept.ourCount}, ${kept.ourSum}::bigint, ${kept.theirCount}, ${kept.theirSum}::bigint, ${kept.transferred}::bigint, ${differences.length}, app.now())
    on conflict (building_id, provider, day) do update set our_count = excluded.our_count, our_sum = excluded.our_sum, their_count = excluded.their_count, their_sum = excluded.their_sum,
      transferred = excluded.transferred, differences = excluded.differences, run_at = excluded.run_at`
  const list = JSON.stringify(differences.map(each => ({ ...each, ourAmount: each.ourAmount?.toString() ?? null, theirAmount: each.theirAmount?.toString() ?? null })))
  await ctx.db.$executeRaw`with found as (
      select distinct on (x.class, x.subject) * from jsonb_to_recordset(${list}::jsonb) as x(class text, subject text, "paymentId" uuid, "statementId" uuid, row bigint, "ourAmount" bigint, "theirAmount" bigint, "ourState" text, "theirState" text)),
    put as (
      insert into reconciliation_differences (building_id, difference_id, provider, day, class, subject, payment_id, statement_id, row_number, our_amount, their_amount, our_state, their_state, found_at)
      select ${buildingId}::uuid, app.new_id(), ${provider}, ${day}::date, f.class, f.subject, f."paymentId", f."statementId", f.row, f."ourAmount", f."theirAmount", f."ourState", f."theirState", app.now() from found f
      on conflict (building_id, provider, day, class, subject) do update set gone_at = null, our_amount = excluded.our_amount, their_amount = excluded.their_amount, our_state = excluded.our_state, their_state = excluded.their_state)
    update reconciliation_differences d set gone_at = app.now() where d.building_id = ${buildingId}::uuid and d.provider = ${provider} and d.day = ${day}::date and d.gone_at is null
      and not exists (select from found f where f.class = d.class and f.subject = d.subject)`
}

/** Houses with money that moved on one of these days, and the older days of what was given back in them. */
export async function busyHouses(ctx: Read, from: LocalDate, to: LocalDate): Promise<{ buildingId: string; day: LocalDate }[]> {
  return ctx.db.$queryRaw<{ buildingId: string; day: LocalDate }[]>`
    select building_id as "buildingId", to_char(value_date, 'YYYY-MM-DD') as day from payment_transactions where value_date between ${from}::date and ${to}::date and state in ('PAID', 'REFUNDED')
    union select building_id, to_char(value_date, 'YYYY-MM-DD') from payment_transactions where state = 'REFUNDED' and cancelled_at >= ${from}::date::timestamp at time zone interval '5 hours'
    union select t.building_id, to_char(t.value_date, 'YYYY-MM-DD') from statement_lines l join statements s using (building_id, statement_id) join payment_transactions t on t.building_id = l.building_id and t.provider = s.source
        and split_part(t.external_id, '/', 1) = l.document and t.state in ('PAID', 'REFUNDED') where l.kept and l.returned and l.line_date between ${from}::date and ${to}::date
    union select building_id, to_char((opened_at at time zone interval '5 hours')::date, 'YYYY-MM-DD') from halyk_orders where state = 'QUARANTINED' and (opened_at at time zone interval '5 hours')::date between ${from}::date and ${to}::date
    union select building_id, to_char(line_date, 'YYYY-MM-DD') from statement_lines where kept and line_date between ${from}::date and ${to}::date order by 2, 1`
}
