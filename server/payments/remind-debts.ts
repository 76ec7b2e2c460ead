import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { addDays, lastDay, periodOf } from '#server/kernel/period.ts'
import { assertMayRemind } from './policy.ts'
import { debtReminder } from './events.ts'
import { toldPaymentDays } from './rules.ts'

/**
 * Reminds of what the latest bill leaves to pay, on the days of the house's country; tells how many accounts were written to.
 * The sum is that of the screens (twin of duesOf): parts of a repair have letters and numbers of their own. What of it is late already is told apart.
 * Nobody is reminded of money that a provider already has or that they said they have paid, of less than a trifle, of a debt under the inspection's check, of what
 * they say is wrong while nobody has answered, or twice of the same: a step missed by more than a day is not made up for.
 */
export async function remindDebts(ctx: Context): Promise<number> {
  assertMayRemind(ctx.actor)
  const rows = await ctx.db.$queryRaw<{ reminded: number }[]>`
    with step as (
      select b.building_id, b.currency, s.day, s.least_amount, x.period, x.due_on
        from (select k.building_id, k.country, case k.country when 'UZ' then 'UZS' else 'KZT' end as currency from buildings k) b
        join lateral (select r.period, r.due_on from billing_runs r where r.building_id = b.building_id order by r.period desc limit 1) x on true
        join debt_reminder_steps s on s.country = b.country and x.due_on + s.day in (${ctx.today}::date, ${addDays(ctx.today, -1)}::date)
         and s.valid_from <= ${ctx.today}::date and coalesce(s.valid_to, 'infinity') >= ${ctx.today}::date),
    due as (
      select s.building_id, l.account_id, l.premises_id, s.period, s.day, s.due_on, s.currency, s.least_amount, w.bill - app.disputed_sum(l.building_id, l.account_id) as amount,
          greatest(w.bill - (select coalesce(sum(b.total), 0) from current_bills b where b.building_id = l.building_id and b.account_id = l.account_id and b.due_on >= ${ctx.today}::date), 0) as late
        from step s join bills l on l.building_id = s.building_id and l.period = s.period
        join account_heads h on h.building_id = l.building_id and h.account_id = l.account_id
        cross join lateral (select (app.owed(h)).*) o
        cross join lateral (
          with moving as (
            select t.invoice_id, t.amount from payment_transactions t where t.building_id = l.building_id and t.account_id = l.account_id and t.state = 'PENDING' and t.expires_at >= app.now() and t.expires_at < 'infinity'
            union all
            select i.invoice_id, i.amount from payment_intents i where i.building_id = l.building_id and i.account_id = l.account_id and i.told_paid_at > app.now() - make_interval(days => ${toldPaymentDays}) and i.withdrawn_at is null
               and not exists (select from payment_transactions t where t.building_id = i.building_id and t.account_id = i.account_id and t.number = i.number
                 and t.amount = i.amount and greatest(t.created_at, t.performed_at, t.cancelled_at) >= date_trunc('milliseconds', i.left_at) and not (t.state = 'PENDING' and t.expires_at = 'infinity'))),
          part as (
            select v.invoice_id, v.amount, v.due_on > ${lastDay(periodOf(ctx.today))}::date as later from payment_invoices v
             where v.building_id = l.building_id and v.account_id = l.account_id and v.state = 'OPEN' and v.fund like 'PROGRAMME:%')
          select o.balance - least((select coalesce(sum(p.amount), 0) from part p where not p.later and p.invoice_id not in (select m.invoice_id from moving m where m.invoice_id is not null)), o.programmes)
            - (select coalesce(sum(m.amount), 0) from moving m where not exists (select from part p where p.later and p.invoice_id = m.invoice_id)) as bill) w
       where not exists (select 1 from adjustment_checks c join adjustment_requests q on q.building_id = c.building_id and q.request_id = c.request_id
           left join inspection_conclusions i on i.building_id = q.building_id and i.request_id = q.request_id
          where q.building_id = l.building_id and q.account_id = l.account_id and i.conclusion_id is null)),
    put as (
      insert into debt_reminders (building_id, account_id, period, day, premises_id, amount)
      select d.building_id, d.account_id, d.period, d.day, d.premises_id, d.amount from due d where d.amount >= d.least_amount
      on conflict do nothing returning building_id, account_id, day, period),
    told as (
      insert into event_queue (building_id, event_id, name, payload, created_at, next_try_at)
      select d.building_id, app.new_id(), ${debtReminder}, jsonb_build_object('premisesId', d.premises_id, 'number', n.number, 'amount', d.amount::text, 'currency', d.currency,
          'dueOn', d.due_on, 'late', d.day > 0, 'lateAmount', least(d.late, d.amount)::text), app.now(), app.now()
        from put p join due d on d.building_id = p.building_id and d.account_id = p.account_id and d.day = p.day
        join accounts n on n.building_id = d.building_id and n.account_id = d.account_id
      returning 1)
    select count(*)::int as reminded from told`
  const reminded = rows[0]?.reminded ?? 0
  if (reminded > 0) await record(ctx, { action: 'payments.remindDebts', buildingId: null, subjectType: 'debtReminders', subjectId: ctx.today, after: { reminded } })
  return reminded
}
