import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { standingOf } from '#server/payments/proof/rules.ts'
import type { Debtor, HouseOfDebtors } from './rules.ts'

/** The house whose list is asked for, and whether the session bills it; null when the scope does not see it. */
export async function houseOfDebtors(ctx: Pick<Context, 'db'>, buildingId: string): Promise<(HouseOfDebtors & { buildingId: string; reaches: boolean }) | null> {
  const [row] = await ctx.db.$queryRaw<(HouseOfDebtors & { buildingId: string; reaches: boolean })[]>`
    select b.building_id::text as "buildingId", b.name as house, case b.country when 'UZ' then 'UZS' else 'KZT' end as currency, b.building_id = any(auth.buildings('{billing.run}')) as reaches
      from buildings b where b.building_id = ${buildingId}::uuid`
  return row ?? null
}

type Row = Omit<Debtor, 'overdue'> & { coming: bigint }

/** Accounts of a house that are late with anything, the largest sums first; late as the proof of a flat has it. */
export async function debtorsOf(ctx: Pick<Context, 'db' | 'today'>, buildingId: string): Promise<Debtor[]> {
  const rows = await ctx.db.$queryRaw<Row[]>`
    with coming as (select b.account_id, sum(b.total)::bigint as amount from current_bills b
        where b.building_id = ${buildingId}::uuid and b.due_on >= ${ctx.today}::date and b.total > 0 group by b.account_id),
    instalments as (select v.account_id, sum(v.amount)::bigint as amount from payment_invoices v where v.building_id = ${buildingId}::uuid and v.state = 'OPEN' and v.fund like 'PROGRAMME:%'
        and v.due_on >= ${ctx.today}::date and v.due_on < (date_trunc('month', ${ctx.today}::date) + interval '1 month')::date group by v.account_id),
    moving as (select t.account_id, sum(t.amount)::bigint as amount from payment_transactions t
        where t.building_id = ${buildingId}::uuid and t.state = 'PENDING' and t.expires_at >= app.now() and t.expires_at < 'infinity' group by t.account_id)
    select a.premises_id::text as "premisesId", a.number::text as number, p.kind as "unitKind", p.number as "unitNumber", o.balance as owed, coalesce(m.amount, 0) as "underWay",
      coalesce(c.amount, 0) + least(coalesce(i.amount, 0), o.programmes) as coming, coalesce(d.amount, 0)::bigint as disputed, coalesce(d.requests, '{}') as requests
    from account_heads h cross join lateral app.owed(h) o
      join accounts a on a.building_id = h.building_id and a.account_id = h.account_id join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id
      left join coming c on c.account_id = h.account_id left join instalments i on i.account_id = h.account_id left join moving m on m.account_id = h.account_id
      left join lateral (select sum(x.amount) as amount, array_agg(distinct x.request_number) as requests from app.open_disputes(h.building_id, h.account_id) x) d on true
    where h.building_id = ${buildingId}::uuid and o.balance > 0`
  return rows.map(({ coming, ...row }) => ({ ...row, overdue: standingOf({ balance: row.owed, moving: row.underWay, upcoming: [{ dueOn: ctx.today, amount: coming }] }, ctx.today).overdue }))
    .filter(row => row.overdue > 0n).toSorted((a, b) => (a.overdue === b.overdue ? a.number.localeCompare(b.number) : a.overdue < b.overdue ? 1 : -1))
}
